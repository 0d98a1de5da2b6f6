package org.postern.sasl.internal;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.postern.api.auth.ScramVerifier;

/** SCRAM's arithmetic (RFC 5802 section 3) with SHA-256, on the server's side. */
final class ScramKeys {
    private static final String HMAC = "HmacSHA256";

    private ScramKeys() {}

    static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no HMAC-SHA-256", impossible);
        }
    }

    /**
     * Whether this proof is of somebody who knows the password, in equal time whether or not. What
     * it shows on the way, ClientKey, logs in by itself, and is wiped.
     */
    static boolean proves(ScramVerifier verifier, byte[] authMessage, byte[] proof) {
        byte[] storedKey = verifier.storedKey();
        byte[] clientKey = hmac(storedKey, authMessage);
        for (int i = 0; i < clientKey.length; i++) {
            clientKey[i] ^= proof[i];
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(clientKey);
            return MessageDigest.isEqual(digest, storedKey);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        } finally {
            Arrays.fill(clientKey, (byte) 0);
        }
    }
}

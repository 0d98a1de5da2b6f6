package org.postern.auth.virtual.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.postern.api.auth.ScramVerifier;

/**
 * {SCRAM-SHA-256} as Dovecot stores it: {@code ITERATIONS,SALT,STOREDKEY,SERVERKEY}, the last three
 * in base64. It checks SCRAM's proofs, and passwords too. It is not what a client logs in with, but
 * whoever has it can be the server to the client, and can guess at the password.
 */
final class ScramHash implements PasswordHash {
    /** RFC 7677 section 4 wants this many. */
    static final int LEAST_ITERATIONS = 4096;

    /**
     * OWASP's advice for PBKDF2 with SHA-256; half a second a check. More would stop the others.
     */
    static final int MOST_ITERATIONS = 600_000;

    private static final String HMAC = "HmacSHA256";
    private static final int KEY_LENGTH = 32;
    private static final int MAX_SALT = 64;

    private final ScramVerifier verifier;

    private ScramHash(ScramVerifier verifier) {
        this.verifier = verifier;
    }

    /**
     * @throws IllegalArgumentException with what is wrong, without the hash
     */
    static ScramHash parse(String text) {
        String[] fields = text.split(",", -1);
        if (fields.length != 4) {
            throw new IllegalArgumentException("is not iterations,salt,StoredKey,ServerKey");
        }
        byte[] salt = decode(fields[1], "salt");
        if (salt.length == 0 || salt.length > MAX_SALT) {
            throw new IllegalArgumentException("wants a salt of 1 to " + MAX_SALT + " octets");
        }
        return new ScramHash(
                new ScramVerifier(
                        iterations(fields[0]),
                        salt,
                        key(fields[2], "StoredKey"),
                        key(fields[3], "ServerKey")));
    }

    private static int iterations(String text) {
        boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (digits && !text.isEmpty() && text.length() <= 6 && !text.startsWith("0")) {
            int iterations = Integer.parseInt(text);
            if (iterations >= LEAST_ITERATIONS && iterations <= MOST_ITERATIONS) {
                return iterations;
            }
        }
        throw new IllegalArgumentException(
                "wants " + LEAST_ITERATIONS + " to " + MOST_ITERATIONS + " iterations");
    }

    private static byte[] key(String base64, String what) {
        byte[] key = decode(base64, what);
        if (key.length != KEY_LENGTH) {
            throw new IllegalArgumentException("has a " + what + " of the wrong length");
        }
        return key;
    }

    private static byte[] decode(String base64, String what) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException("has a " + what + " that is not base64", notBase64);
        }
    }

    ScramVerifier verifier() {
        return verifier;
    }

    @Override
    public boolean matches(ByteBuffer password) {
        try (PasswordKey key = PasswordKey.prepared(password)) {
            byte[] clientKey = hmac(saltedPassword(key), "Client Key");
            byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(clientKey);
            Arrays.fill(clientKey, (byte) 0);
            return MessageDigest.isEqual(storedKey, verifier.storedKey());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
    }

    // PBKDF2 (RFC 5802's Hi). Java's own takes the password as characters on the heap.
    private byte[] saltedPassword(PasswordKey password) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(HMAC);
        mac.init(password);
        mac.update(verifier.salt());
        mac.update(new byte[] {0, 0, 0, 1});
        byte[] last = mac.doFinal();
        byte[] sum = last.clone();
        for (int i = 1; i < verifier.iterations(); i++) {
            mac.update(last);
            mac.doFinal(last, 0);
            for (int j = 0; j < sum.length; j++) {
                sum[j] ^= last[j];
            }
        }
        return sum;
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(HMAC);
        mac.init(new SecretKeySpec(key, HMAC));
        Arrays.fill(key, (byte) 0);
        return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String kind() {
        return "scram-sha-256$" + verifier.iterations();
    }

    @Override
    public String toString() {
        return "***";
    }
}

package org.postern.sasl.oauth.internal;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/** Ed25519 by the JDK: the JOSE library would want another library for it. */
final class Ed25519 {
    /** RFC 8032 section 5.1.5. */
    static final int KEY_OCTETS = 32;

    // RFC 8410 section 4: what comes before the key's octets in its SubjectPublicKeyInfo.
    private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final String NAME = "Ed25519";

    private Ed25519() {}

    static boolean holds(byte[] key, byte[] signed, byte[] signature)
            throws GeneralSecurityException {
        byte[] encoded = new byte[PREFIX.length + KEY_OCTETS];
        System.arraycopy(PREFIX, 0, encoded, 0, PREFIX.length);
        System.arraycopy(key, 0, encoded, PREFIX.length, KEY_OCTETS);
        PublicKey publicKey =
                KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(encoded));
        Signature check = Signature.getInstance(NAME);
        check.initVerify(publicKey);
        check.update(signed);
        try {
            return check.verify(signature);
        } catch (SignatureException notOne) {
            return false;
        }
    }
}

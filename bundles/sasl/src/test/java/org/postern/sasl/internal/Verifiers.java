package org.postern.sasl.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.postern.api.auth.ScramVerifier;

/** Makes verifiers of passwords, by Java's own PBKDF2. */
final class Verifiers {
    private Verifiers() {}

    static byte[] salted(String password, byte[] salt, int iterations) {
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 256))
                    .getEncoded();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static ScramVerifier of(String password, byte[] salt, int iterations) {
        try {
            byte[] salted = salted(password, salt, iterations);
            byte[] clientKey = ScramKeys.hmac(salted, ascii("Client Key"));
            return new ScramVerifier(
                    iterations,
                    salt,
                    MessageDigest.getInstance("SHA-256").digest(clientKey),
                    ScramKeys.hmac(salted, ascii("Server Key")));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

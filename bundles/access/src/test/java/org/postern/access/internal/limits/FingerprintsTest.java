package org.postern.access.internal.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.hash.SipHash;

class FingerprintsTest {
    private final Fingerprints fingerprints = new Fingerprints(SipHash.withRandomKey());

    private long of(String name, String password) {
        return fingerprints.of(
                UserName.of(name), new Secret(password.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void theSameTryHasTheSame() {
        assertEquals(of("anna", "s3cret"), of("anna", "s3cret"));
        assertEquals(of("x".repeat(255), ""), of("x".repeat(255), ""));
    }

    @Test
    void anotherNameOrPasswordHasAnother() {
        long anna = of("anna", "s3cret");
        assertNotEquals(anna, of("anna", "s3creT"));
        assertNotEquals(anna, of("anna", "s3cret "));
        assertNotEquals(anna, of("anna", ""));
        assertNotEquals(anna, of("Anna", "s3cret"));
        assertNotEquals(anna, of("ann", "s3cret"));
    }

    @Test
    void whatMovesFromTheNameToThePasswordIsAnotherTry() {
        assertNotEquals(of("annas", "3cret"), of("anna", "s3cret"));
        assertNotEquals(of("\u0004anna", "x"), of("\u0004ann", "ax"));
        assertNotEquals(of("x".repeat(255), "y"), of("x".repeat(254), "xy"));
    }

    @Test
    void anotherProcessHasOtherNumbers() {
        Fingerprints other = new Fingerprints(SipHash.withRandomKey());
        Secret secret = new Secret("s3cret".getBytes(StandardCharsets.US_ASCII));
        assertNotEquals(of("anna", "s3cret"), other.of(UserName.of("anna"), secret));
    }

    @Test
    void theSecretStaysAsItIsAndAWipedOneHasNone() {
        Secret secret = new Secret("s3cret".getBytes(StandardCharsets.US_ASCII));
        assertEquals(fingerprints.of(UserName.of("anna"), secret), of("anna", "s3cret"));
        assertEquals(6, secret.view().remaining());
        secret.close();
        assertThrows(
                IllegalStateException.class, () -> fingerprints.of(UserName.of("anna"), secret));
    }
}

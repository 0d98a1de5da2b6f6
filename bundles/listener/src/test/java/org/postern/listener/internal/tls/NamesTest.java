package org.postern.listener.internal.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.auth.UserName;

/** Names in certificates, and what is made of certificates themselves. */
class NamesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a..b",
                ".a",
                "a.",
                "*",
                "*.",
                "a.*.b",
                "**.a",
                "mü.example",
                "a b"
            })
    void noHostNames(String text) {
        assertThrows(IllegalArgumentException.class, () -> HostNames.parse(text));
    }

    @Test
    void namesAreFoldedInAsciiAlone() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            assertEquals("mail.i.org", HostNames.parse("MAIL.I.org"));
        } finally {
            Locale.setDefault(before);
        }
        assertEquals("*.example.org", HostNames.parse("*.Example.ORG"));
        assertEquals("k\u212A", HostNames.fold("K\u212A"));
        assertThrows(IllegalArgumentException.class, () -> HostNames.parse("a".repeat(64)));
        assertEquals("a".repeat(63), HostNames.parse("a".repeat(63)));
    }

    @ParameterizedTest
    @CsvSource({"a.example.org,*.example.org", "a.b.c,*.b.c", "localhost,''", ".org,''", "'',''"})
    void wildcardsStandForOneLabel(String name, String wildcard) {
        assertEquals(wildcard, HostNames.wildcard(name));
    }

    @Test
    void certificatesCoverTheirAlternativeNames() throws Exception {
        var certificate =
                TestPair.of("Mail.example.org", "*.example.net")
                        .subject("CN=old.example.org")
                        .make()
                        .certificate();
        assertTrue(HostNames.covers(certificate, "mail.example.org"));
        assertTrue(HostNames.covers(certificate, "a.example.net"));
        assertTrue(HostNames.covers(certificate, "*.example.net"));
        assertFalse(HostNames.covers(certificate, "a.b.example.net"));
        assertFalse(HostNames.covers(certificate, "example.net"));
        assertFalse(HostNames.covers(certificate, "old.example.org"));
    }

    @Test
    void clientsAreWhoTheirOneNameSays() throws Exception {
        var one =
                TestPair.of("host.example.org")
                        .email("anna@example.org")
                        .subject("CN=anna, O=x")
                        .make()
                        .certificate();
        assertEquals(Optional.of(UserName.of("anna@example.org")), ClientNameKind.EMAIL.in(one));
        assertEquals(Optional.of(UserName.of("host.example.org")), ClientNameKind.DNS.in(one));
        assertEquals(Optional.of(UserName.of("anna")), ClientNameKind.COMMON_NAME.in(one));
    }

    @Test
    void whoHasNoNameOrTwoIsNobody() throws Exception {
        var none = TestPair.of().subject("O=x").make().certificate();
        var two =
                TestPair.of("a.example", "b.example")
                        .email("a@example.org")
                        .email("b@example.org")
                        .subject("CN=a, CN=b")
                        .make()
                        .certificate();
        var multiple = TestPair.of().subject("CN=a+CN=b").make().certificate();
        var unseen = TestPair.of().subject("CN=anna\\00").make().certificate();
        for (ClientNameKind kind : ClientNameKind.values()) {
            assertEquals(Optional.empty(), kind.in(none), kind.name());
            assertEquals(Optional.empty(), kind.in(two), kind.name());
        }
        assertEquals(Optional.empty(), ClientNameKind.COMMON_NAME.in(multiple));
        assertEquals(Optional.empty(), ClientNameKind.COMMON_NAME.in(unseen));
    }

    @ParameterizedTest
    @CsvSource({
        "SHA1withECDSA,SHA-256",
        "SHA256withECDSA,SHA-256",
        "SHA384withECDSA,SHA-384",
        "SHA512withRSA,SHA-512",
        "SHA384withRSAandMGF1,SHA-384"
    })
    void endPointsAreHashedAsTheirSignature(String signature, String hash) throws Exception {
        var certificate =
                (signature.contains("RSA")
                                ? TestPair.of().rsa(signature)
                                : TestPair.of().signature(signature))
                        .make()
                        .certificate();
        assertArrayEquals(
                MessageDigest.getInstance(hash).digest(certificate.getEncoded()),
                ServerEndPoint.of(certificate).orElseThrow());
    }

    @Test
    void aSignatureWithoutAHashHasNoEndPoint() throws Exception {
        assertTrue(ServerEndPoint.of(TestPair.of().ed25519().make().certificate()).isEmpty());
    }
}

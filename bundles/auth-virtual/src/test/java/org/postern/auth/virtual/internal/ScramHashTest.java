package org.postern.auth.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScramHashTest {
    private static final String SALT = "MDEyMzQ1Njc4OWFiY2RlZg==";
    private static final String KEYS =
            ",WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=,wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

    private static boolean matches(String hash, String password, Charset charset) {
        byte[] octets = password.getBytes(charset);
        return ScramHash.parse(hash)
                .matches(ByteBuffer.allocateDirect(octets.length).put(octets).flip());
    }

    private static boolean matches(String hash, String password) {
        return matches(hash, password, StandardCharsets.UTF_8);
    }

    /** RFC 7677 section 3's password and salt; the keys are by Python's hashlib. */
    @Test
    void theStandardsExample() {
        String pencil = "4096,W22ZaJ0SNY7soEsUEjb6gQ==" + KEYS;
        assertTrue(matches(pencil, "pencil"));
        assertFalse(matches(pencil, "Pencil"));
        assertFalse(matches(pencil, "pencil "));
        assertFalse(matches(pencil, "pencil".repeat(20)), "longer than HMAC's block");
    }

    /** The keys are of the prepared form, and whichever form is typed is prepared. */
    @Test
    void passwordsArePrepared() {
        String composed =
                "4096,"
                        + SALT
                        + ",okM69n9uzOhYD1Izwt7xMCzPNzPQv4s/OynPZZSwQAA=,"
                        + "Q0tAvMD6Tow0O4Qs6PLZUSkKIqN6s3ItgY2qnQ9pyWo=";
        assertTrue(matches(composed, "p\u00e4ss"));
        assertTrue(matches(composed, "pa\u0308ss"), "decomposed");
        assertTrue(matches(composed, "p\u00e4\u00adss"), "soft hyphen");
        assertFalse(matches(composed, "p\u00e4ss", StandardCharsets.ISO_8859_1), "not UTF-8");
        assertFalse(matches(composed, "p\u00e4s\u0627"), "cannot be prepared: left and right");
    }

    @Test
    void boundsAreChecked() {
        assertEquals("scram-sha-256$4096", ScramHash.parse("4096," + SALT + KEYS).kind());
        ScramHash.parse("600000," + SALT + KEYS);
        for (String wrong :
                new String[] {
                    "4095," + SALT + KEYS,
                    "600001," + SALT + KEYS,
                    "04096," + SALT + KEYS,
                    "+4096," + SALT + KEYS,
                    "99999999999," + SALT + KEYS,
                    "," + SALT + KEYS,
                    "4096," + KEYS,
                    "4096,*" + KEYS,
                    "4096," + "A".repeat(88) + KEYS,
                    "4096," + SALT + KEYS + ",",
                    "4096," + SALT,
                    "4096," + SALT + ",AAAA,AAAA",
                    "4096," + SALT + KEYS.substring(0, KEYS.length() - 4)
                }) {
            assertThrows(IllegalArgumentException.class, () -> ScramHash.parse(wrong), wrong);
        }
        ScramHash.parse("4096," + "A".repeat(84) + KEYS);
        assertEquals("***", ScramHash.parse("4096," + SALT + KEYS).toString());
    }
}

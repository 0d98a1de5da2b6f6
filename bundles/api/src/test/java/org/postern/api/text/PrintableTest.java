package org.postern.api.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void leavesNothingThatCouldForgeALine() {
        assertEquals("plain!~", Printable.escape("plain!~".getBytes(ISO_8859_1)));
        assertEquals(
                "\\x0d\\x0a\\x20\\x22\\x5c\\x1b\\x00\\xe4",
                Printable.escape("\r\n \"\\\u001b\0\u00e4".getBytes(ISO_8859_1)));
    }

    @Test
    void cutsAfterItsBound() {
        byte[] most = "a".repeat(Printable.MAX_OCTETS).getBytes(ISO_8859_1);
        assertEquals("a".repeat(Printable.MAX_OCTETS), Printable.escape(most));
        byte[] more = "a".repeat(Printable.MAX_OCTETS + 1).getBytes(ISO_8859_1);
        assertEquals("a".repeat(Printable.MAX_OCTETS) + "...", Printable.escape(more));
    }
}

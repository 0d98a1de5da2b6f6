package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StoredFormTest {

    private static void assertStored(String expected, String delivered) {
        for (int source = 1; source <= delivered.length() + 1; source++) {
            for (int target = StoredForm.ROOM; target < StoredForm.ROOM + 3; target++) {
                assertEquals(expected, stored(delivered, source, target), "pieces of " + source);
            }
        }
    }

    private static String stored(String delivered, int source, int target) {
        StoredForm form = new StoredForm();
        StringBuilder stored = new StringBuilder();
        ByteBuffer to = ByteBuffer.allocate(target);
        for (int from = 0; from < delivered.length(); from += source) {
            String piece = delivered.substring(from, Math.min(from + source, delivered.length()));
            ByteBuffer octets = ByteBuffer.wrap(Scans.octets(piece));
            while (octets.hasRemaining()) {
                form.put(octets, to.clear());
                stored.append(StandardCharsets.ISO_8859_1.decode(to.flip()));
            }
        }
        form.finish(to.clear());
        return stored.append(StandardCharsets.ISO_8859_1.decode(to.flip())).toString();
    }

    @Test
    void lineEndsBecomeLineFeeds() {
        assertStored("a\nb\nc\n\n", "a\r\nb\nc\r\n");
        assertStored("a\rb\r\n\n\n", "a\rb\r\r\n\r\n");
        assertStored("a\r\n\n", "a\r");
    }

    @Test
    void missingFinalLineEndIsAdded() {
        assertStored("a\n\n", "a");
        assertStored("a\n\n", "a\n");
        assertStored("\n", "");
        assertStored("\n\n", "\n");
    }

    @Test
    void fromAtALinesStartIsQuoted() {
        assertStored(">From a\n\n", "From a\r\n");
        assertStored("x\n>From \n\n>From b\n\n", "x\nFrom \n\nFrom b");
        assertStored(">From >From a\n\n", "From >From a\n");
    }

    @Test
    void otherFromsAreNot() {
        assertStored("x From a\n\n", "x From a\n");
        assertStored(">From a\n\n", ">From a\n");
        assertStored("From: a\nFrom\nFro\nF\nfrom a\n\n", "From: a\r\nFrom\r\nFro\r\nF\r\nfrom a");
        assertStored("From\r\n\n", "From\r");
        assertStored("FFrom a\nFrFrom b\n\n", "FFrom a\nFrFrom b\n");
        assertStored("From\n\n", "From");
    }
}

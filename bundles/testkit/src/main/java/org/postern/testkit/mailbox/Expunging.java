package org.postern.testkit.mailbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** What is left after messages were removed. */
final class Expunging {
    private Expunging() {}

    static BitSet bits(int... set) {
        BitSet bits = new BitSet();
        Arrays.stream(set).forEach(bits::set);
        return bits;
    }

    static List<byte[]> without(List<byte[]> messages, BitSet deleted) {
        List<byte[]> left = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            if (!deleted.get(i)) {
                left.add(messages.get(i));
            }
        }
        return left;
    }

    static void assertSame(List<byte[]> expected, List<byte[]> actual) {
        assertEquals(expected.size(), actual.size(), "messages");
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), "message " + i);
        }
    }

    /**
     * Asserts that an interrupted update left every message that had to stay, and nothing but whole
     * messages.
     *
     * @param must these are all there, in this order
     * @param may these may be there too
     */
    static void assertLeft(List<byte[]> must, List<byte[]> may, List<byte[]> actual, String when) {
        int found = 0;
        for (byte[] message : actual) {
            if (found < must.size() && Arrays.equals(must.get(found), message)) {
                found++;
            } else if (may.stream().noneMatch(other -> Arrays.equals(other, message))) {
                fail("a message that nobody sent is there " + when);
            }
        }
        assertEquals(must.size(), found, "messages that must be there " + when);
    }
}

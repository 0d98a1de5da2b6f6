package org.postern.pop3.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class MaildropTest {

    @Test
    void numbersBeginAtOne() {
        Maildrop maildrop = Maildrops.of(3);
        assertFalse(maildrop.has(0));
        assertTrue(maildrop.has(1));
        assertTrue(maildrop.has(3));
        assertFalse(maildrop.has(4));
        assertFalse(maildrop.has(Integer.MAX_VALUE));
        assertFalse(maildrop.has(-1));
        assertEquals(200, maildrop.octets(2));
        assertEquals("uid-2", maildrop.uniqueId(2));
        assertFalse(Maildrops.of(0).has(1));
    }

    @Test
    void markedMessagesAreNoMessages() {
        Maildrop maildrop = Maildrops.of(5);
        maildrop.mark(2);
        maildrop.mark(5);
        assertFalse(maildrop.has(2));
        assertEquals(3, maildrop.count());
        assertEquals(100 + 300 + 400, maildrop.octets());
        BitSet marked = maildrop.marked();
        assertEquals("{1, 4}", marked.toString());
        marked.set(0);
        assertTrue(maildrop.has(1), "a copy was given out");
        maildrop.reset();
        assertEquals(5, maildrop.count());
        assertEquals(1500, maildrop.octets());
        assertTrue(maildrop.marked().isEmpty());
    }

    @Test
    void lastIsTheHighestAccessed() {
        Maildrop maildrop = Maildrops.of(5);
        assertEquals(0, maildrop.last());
        maildrop.accessed(3);
        maildrop.accessed(2);
        assertEquals(3, maildrop.last());
        maildrop.mark(4);
        assertEquals(4, maildrop.last());
        maildrop.reset();
        assertEquals(0, maildrop.last());
    }

    @Test
    void listsWithoutMarkedInPiecesOfAnySize() {
        Maildrop maildrop = Maildrops.of(1000);
        maildrop.mark(1);
        maildrop.mark(500);
        maildrop.mark(1000);
        for (Listing.Column column : Listing.Column.values()) {
            StringBuilder expected = new StringBuilder();
            for (int i = 2; i < 1000; i++) {
                if (i != 500) {
                    String value = column == Listing.Column.OCTETS ? i + "00" : "uid-" + i;
                    expected.append(i).append(' ').append(value).append("\r\n");
                }
            }
            expected.append(".\r\n");
            for (int size : new int[] {100, 101, 1000, 1 << 16}) {
                assertEquals(expected.toString(), list(new Listing(maildrop, column), size));
            }
        }
        assertEquals(".\r\n", list(new Listing(Maildrops.of(0), Listing.Column.OCTETS), 100));
    }

    @Test
    void listsTheLongestLinesInTheLeastRoom() {
        for (int size = 1; size < 200; size++) {
            ByteBuffer piece = ByteBuffer.allocate(size);
            Listing listing = new Listing(Maildrops.ofLongest(), Listing.Column.UNIQUE_ID);
            boolean whole = listing.put(piece);
            assertEquals(whole ? 1 + 1 + 70 + 2 + 3 : piece.position(), piece.position());
            listing = new Listing(Maildrops.ofLongest(), Listing.Column.OCTETS);
            listing.put(piece.clear());
        }
    }

    private static String list(Listing listing, int size) {
        StringBuilder all = new StringBuilder();
        ByteBuffer piece = ByteBuffer.allocate(size);
        boolean whole;
        do {
            whole = listing.put(piece.clear());
            all.append(StandardCharsets.US_ASCII.decode(piece.flip()));
        } while (!whole);
        return all.toString();
    }

    @Test
    void putsNumbersOfAnyLength() {
        ByteBuffer target = ByteBuffer.allocate(100);
        for (long number : new long[] {0, 9, 10, 123456789, Integer.MAX_VALUE, Long.MAX_VALUE}) {
            Decimal.put(number, target.clear());
            String digits = StandardCharsets.US_ASCII.decode(target.flip()).toString();
            assertEquals(Long.toString(number), digits);
        }
        assertEquals(Decimal.MAX_DIGITS, Long.toString(Long.MAX_VALUE).length());
    }
}

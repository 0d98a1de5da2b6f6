package org.postern.mailbox.maildir.internal;

import java.nio.ByteBuffer;

/**
 * Counts what a message has when it is sent, whatever its line ends: what {@link
 * org.postern.api.mailbox.MessageEncoder} would send, a word at a time, as whole Maildirs are
 * counted. An octet more for each LF without a CR in front of it, and two where the last line has
 * no end.
 */
final class LineCount {
    private static final long EACH_LF = 0x0A0A0A0A0A0A0A0AL;
    private static final long EACH_CR = 0x0D0D0D0D0D0D0D0DL;
    private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;
    private static final long FIRST_MARK = 0x80;

    private long stored;
    private long lineFeedsAlone;
    private byte last = '\n';

    /** Counts a piece: all that a little-endian buffer has from index 0. */
    void add(ByteBuffer block) {
        int to = block.limit();
        if (to == 0) {
            return;
        }
        long alone = 0;
        long afterCr = last == '\r' ? FIRST_MARK : 0;
        int at = 0;
        for (; to - at >= Long.BYTES; at += Long.BYTES) {
            long word = block.getLong(at);
            long crs = marks(word, EACH_CR);
            alone += Long.bitCount(marks(word, EACH_LF) & ~(crs << Byte.SIZE | afterCr));
            afterCr = crs >>> (Long.SIZE - Byte.SIZE);
        }
        boolean cr = afterCr != 0;
        for (; at < to; at++) {
            byte octet = block.get(at);
            alone += octet == '\n' && !cr ? 1 : 0;
            cr = octet == '\r';
        }
        lineFeedsAlone += alone;
        last = block.get(to - 1);
        stored += to;
    }

    // The top bit of each octet of the word that is this one. No carry passes between octets.
    private static long marks(long word, long each) {
        long zero = word ^ each;
        return ~(((zero & LOW_BITS) + LOW_BITS) | zero | LOW_BITS);
    }

    MessageSizes.Measure measure() {
        boolean finalLineEndMissing = last != '\n';
        return new MessageSizes.Measure(
                stored,
                stored + lineFeedsAlone + (finalLineEndMissing ? 2 : 0),
                finalLineEndMissing);
    }
}

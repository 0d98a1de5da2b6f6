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
    private static final long EACH_ONE = 0x0101010101010101L;
    private static final long TOP_BITS = 0x8080808080808080L;
    private static final long EVERY_OTHER = 0x00FF00FF00FF00FFL;
    private static final long SUM_OF_FOUR = 0x0001000100010001L;
    // A counter of one octet overflows after this many additions of one.
    private static final int WORDS_COUNTED = 255;

    private long stored;
    private long lineFeedsAlone;
    private byte last = '\n';

    /** Counts a piece: all that a little-endian buffer has from index 0. */
    void add(ByteBuffer block) {
        int to = block.limit();
        if (to == 0) {
            return;
        }
        boolean cr = last == '\r';
        int at = 0;
        while (to - at >= Long.BYTES) {
            int end = at + Math.min((to - at) / Long.BYTES, WORDS_COUNTED) * Long.BYTES;
            long counters = 0;
            int from = at;
            // Most words have no CR, and then each of their line feeds is alone.
            while (at < end && !(cr |= mayHaveCr(block.getLong(at)))) {
                counters += (marks(block.getLong(at)) >>> 7) & EACH_ONE;
                at += Long.BYTES;
            }
            lineFeedsAlone += at - from - sum(counters);
            if (cr && at < end) {
                cr = octets(block, at, at + Long.BYTES);
                at += Long.BYTES;
            }
        }
        octets(block, at, to);
        last = block.get(to - 1);
        stored += to;
    }

    // Whether the last one is a CR.
    private boolean octets(ByteBuffer block, int from, int to) {
        boolean cr = from == 0 ? last == '\r' : block.get(from - 1) == '\r';
        for (int at = from; at < to; at++) {
            byte octet = block.get(at);
            lineFeedsAlone += octet == '\n' && !cr ? 1 : 0;
            cr = octet == '\r';
        }
        return cr;
    }

    // True if it has one; seldom true without.
    private static boolean mayHaveCr(long word) {
        long zero = word ^ EACH_CR;
        return ((zero - EACH_ONE) & ~zero & TOP_BITS) != 0;
    }

    // The top bit of each octet that is no line feed. No carry passes between octets.
    private static long marks(long word) {
        long zero = word ^ EACH_LF;
        return ((zero & ~TOP_BITS) + ~TOP_BITS) | zero;
    }

    // Of eight counters of one octet each.
    private static long sum(long counters) {
        long pairs = (counters & EVERY_OTHER) + ((counters >>> Byte.SIZE) & EVERY_OTHER);
        return (pairs * SUM_OF_FOUR) >>> 48;
    }

    MessageSizes.Measure measure() {
        boolean finalLineEndMissing = last != '\n';
        return new MessageSizes.Measure(
                stored,
                stored + lineFeedsAlone + (finalLineEndMissing ? 2 : 0),
                finalLineEndMissing);
    }
}

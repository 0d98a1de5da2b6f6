package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;

/** Finds line feeds eight octets at a time; buffers are little-endian, limits are the caller's. */
final class LineFeeds {
    static final byte LF = '\n';
    static final int WORD = Long.BYTES;

    static final long EACH_LF = 0x0A0A0A0A0A0A0A0AL;
    static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;

    private LineFeeds() {}

    /**
     * Marks the line feeds of a word: the top bit of each octet of the result tells whether that
     * octet is one.
     */
    static long marks(long word) {
        return zeros(word ^ EACH_LF);
    }

    /** Marks the zeros of a word. Exact: no carry passes from one octet to the next. */
    static long zeros(long word) {
        return ~(((word & LOW_BITS) + LOW_BITS) | word | LOW_BITS);
    }

    /** Which octet of the word the first mark is for. */
    static int first(long marks) {
        return Long.numberOfTrailingZeros(marks) / Byte.SIZE;
    }

    /** The index of the next line feed, or {@code to} if there is none before. */
    static int next(ByteBuffer block, int from, int to) {
        int at = from;
        for (; to - at >= WORD; at += WORD) {
            long marks = marks(block.getLong(at));
            if (marks != 0) {
                return at + first(marks);
            }
        }
        while (at < to && block.get(at) != LF) {
            at++;
        }
        return at;
    }
}

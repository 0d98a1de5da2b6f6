package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;

/**
 * The loop that reads bodies, which is nearly all of a mailbox: counts line feeds, and stops only
 * where a separator could start, at an F behind an empty line. An empty line is a lone LF; CR LF is
 * none (popa3d).
 */
final class EmptyLines {
    private static final int WORD = LineFeeds.WORD;
    private static final int ROUND = 8 * WORD;
    private static final long LOW_BITS = LineFeeds.LOW_BITS;
    private static final long TOP_BITS = ~LOW_BITS;

    // Where a round's first and last octet are marked, and from a word's last to the next's first.
    private static final int FIRST_MARK = 7;
    private static final long FIRST = 1L << FIRST_MARK;
    private static final int LAST_MARK = 56;
    private static final int NEXT_WORD = 57;

    private long lineFeeds;
    private boolean atLineStart;
    private boolean afterEmptyLine;

    /** Starts a body, which is behind the empty line that ends the header. */
    void reset() {
        lineFeeds = 0;
        atLineStart = true;
        afterEmptyLine = true;
    }

    /** Line feeds since {@link #reset}. */
    long lineFeeds() {
        return lineFeeds;
    }

    /** Whether what was read so far ends with a line end. */
    boolean atLineStart() {
        return atLineStart;
    }

    /** Whether what was read so far ends with an empty line. */
    boolean afterEmptyLine() {
        return afterEmptyLine;
    }

    /** Tells that octets which this was not shown have started a line. */
    void insideLine() {
        atLineStart = false;
        afterEmptyLine = false;
    }

    /**
     * Reads on, at least one octet.
     *
     * @return the index of the next F behind an empty line, not counting {@code from}; or {@code
     *     to}
     */
    int search(ByteBuffer block, int from, int to) {
        int at = passRounds(block, from, to);
        boolean lineStart = at == from ? atLineStart : block.get(at - 1) == LineFeeds.LF;
        while (at < to) {
            boolean emptyLine = false;
            if (block.get(at) == LineFeeds.LF) {
                lineFeeds++;
                emptyLine = lineStart;
                lineStart = true;
            } else {
                lineStart = false;
            }
            at++;
            if (emptyLine && at < to && block.get(at) == 'F') {
                break;
            }
        }
        afterEmptyLine = lineStart && (at - from > 1 ? block.get(at - 2) == '\n' : atLineStart);
        atLineStart = lineStart;
        return at;
    }

    // Whole rounds, up to the one in which an empty line has an F behind it.
    private int passRounds(ByteBuffer block, int from, int to) {
        // What is behind a round's last octet may be looked at, too.
        int last = to - ROUND - 1;
        int at = from;
        long before = atLineStart ? FIRST : 0;
        for (; at <= last; at += ROUND) {
            long marks = marks(block, at);
            long empty = marks & ((marks << Byte.SIZE) | (marks >>> NEXT_WORD) | before);
            if (empty != 0 && isCandidate(block, at, empty)) {
                break;
            }
            lineFeeds += Long.bitCount(marks);
            before = ((marks >>> LAST_MARK) << FIRST_MARK) & FIRST;
        }
        return at;
    }

    /**
     * The line feeds of a round, a bit for each octet. Those of its first word are marked in the
     * top bit of each octet here, those of its last word in the lowest.
     */
    private static long marks(ByteBuffer block, int at) {
        long w0 = block.getLong(at) ^ LineFeeds.EACH_LF;
        long w1 = block.getLong(at + WORD) ^ LineFeeds.EACH_LF;
        long w2 = block.getLong(at + 2 * WORD) ^ LineFeeds.EACH_LF;
        long w3 = block.getLong(at + 3 * WORD) ^ LineFeeds.EACH_LF;
        long w4 = block.getLong(at + 4 * WORD) ^ LineFeeds.EACH_LF;
        long w5 = block.getLong(at + 5 * WORD) ^ LineFeeds.EACH_LF;
        long w6 = block.getLong(at + 6 * WORD) ^ LineFeeds.EACH_LF;
        long w7 = block.getLong(at + 7 * WORD) ^ LineFeeds.EACH_LF;
        // Mail is ASCII, mostly, and then it takes one sum to tell the zeros of a word.
        if (((w0 | w1 | w2 | w3 | w4 | w5 | w6 | w7) & TOP_BITS) == 0) {
            return ~(((w0 + LOW_BITS) & TOP_BITS)
                    | (((w1 + LOW_BITS) & TOP_BITS) >>> 1)
                    | (((w2 + LOW_BITS) & TOP_BITS) >>> 2)
                    | (((w3 + LOW_BITS) & TOP_BITS) >>> 3)
                    | (((w4 + LOW_BITS) & TOP_BITS) >>> 4)
                    | (((w5 + LOW_BITS) & TOP_BITS) >>> 5)
                    | (((w6 + LOW_BITS) & TOP_BITS) >>> 6)
                    | (((w7 + LOW_BITS) & TOP_BITS) >>> 7));
        }
        return LineFeeds.zeros(w0)
                | (LineFeeds.zeros(w1) >>> 1)
                | (LineFeeds.zeros(w2) >>> 2)
                | (LineFeeds.zeros(w3) >>> 3)
                | (LineFeeds.zeros(w4) >>> 4)
                | (LineFeeds.zeros(w5) >>> 5)
                | (LineFeeds.zeros(w6) >>> 6)
                | (LineFeeds.zeros(w7) >>> 7);
    }

    private static boolean isCandidate(ByteBuffer block, int at, long emptyLines) {
        for (long left = emptyLines; left != 0; left &= left - 1) {
            int mark = Long.numberOfTrailingZeros(left);
            int word = FIRST_MARK - mark % Byte.SIZE;
            if (block.get(at + word * WORD + mark / Byte.SIZE + 1) == 'F') {
                return true;
            }
        }
        return false;
    }
}

package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;

/**
 * The loop that reads bodies, which is nearly all of a mailbox: counts line feeds, and stops only
 * where a separator could start, at an F behind an empty line. An empty line is a lone LF; CR LF is
 * none (popa3d).
 */
final class EmptyLines {
    private static final int WORD = LineFeeds.WORD;
    private static final int ROUND = 2 * WORD;
    private static final long ONES = 0x0101010101010101L;
    private static final long EACH_F = 'F' * ONES;
    private static final long LOW_BITS = LineFeeds.LOW_BITS;
    private static final long TOP_BITS = ~LOW_BITS;

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
        // What is behind a round's last octet is looked at, too.
        int last = to - ROUND - 1;
        int at = from;
        int others = 0;
        for (; at <= last; at += ROUND) {
            // Zero where there is a line feed; and where one has an F behind it.
            long first = block.getLong(at) ^ LineFeeds.EACH_LF;
            long second = block.getLong(at + WORD) ^ LineFeeds.EACH_LF;
            long firstF = first | (block.getLong(at + 1) ^ EACH_F);
            long secondF = second | (block.getLong(at + WORD + 1) ^ EACH_F);
            // Mail is ASCII, mostly, and few lines begin with an F: then one sum tells zeros.
            if (((first | second | (firstF - ONES) | (secondF - ONES)) & TOP_BITS) == 0) {
                long ascii = (first + LOW_BITS) & TOP_BITS;
                others += Long.bitCount(ascii | ((second + LOW_BITS) & TOP_BITS) >>> 1);
            } else {
                if ((LineFeeds.zeros(firstF) | LineFeeds.zeros(secondF)) != 0
                        && hasCandidate(block, at, from)) {
                    break;
                }
                others +=
                        ROUND
                                - Long.bitCount(LineFeeds.zeros(first))
                                - Long.bitCount(LineFeeds.zeros(second));
            }
        }
        lineFeeds += at - from - others;
        return at;
    }

    private boolean hasCandidate(ByteBuffer block, int at, int from) {
        for (int i = at; i < at + ROUND; i++) {
            boolean lineStart = i == from ? atLineStart : block.get(i - 1) == LineFeeds.LF;
            if (lineStart && block.get(i) == LineFeeds.LF && block.get(i + 1) == 'F') {
                return true;
            }
        }
        return false;
    }
}

package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;

/**
 * The loop that reads bodies, which is nearly all of a mailbox: counts line feeds, and stops only
 * where a separator could start, at an F behind an empty line. An empty line is a lone LF; CR LF is
 * none (popa3d).
 */
final class EmptyLines {
    // A counter of one octet overflows after this many additions of one.
    private static final int WORDS_COUNTED = 255;
    private static final long EVERY_OTHER_OCTET = 0x00FF00FF00FF00FFL;
    private static final long SUM_OF_FOUR = 0x0001000100010001L;
    private static final long FIRST_MARK = 0x80;

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
        int at = passWords(block, from, to);
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

    // Whole words, up to the one that has an empty line with an F behind it.
    private int passWords(ByteBuffer block, int from, int to) {
        long before = atLineStart ? FIRST_MARK : 0;
        int at = from;
        while (to - at >= LineFeeds.WORD) {
            int words = Math.min((to - at) / LineFeeds.WORD, WORDS_COUNTED);
            int end = at + words * LineFeeds.WORD;
            long counters = 0;
            for (; at < end; at += LineFeeds.WORD) {
                long marks = LineFeeds.marks(block.getLong(at));
                long empty = marks & ((marks << Byte.SIZE) | before);
                if (empty != 0 && isCandidate(block, at, empty, to)) {
                    lineFeeds += sum(counters);
                    return at;
                }
                counters += marks >>> 7;
                before = marks >>> 56;
            }
            lineFeeds += sum(counters);
        }
        return at;
    }

    private static boolean isCandidate(ByteBuffer block, int at, long emptyLines, int to) {
        for (long left = emptyLines; left != 0; left &= left - 1) {
            int next = at + LineFeeds.first(left) + 1;
            if (next < to && block.get(next) == 'F') {
                return true;
            }
        }
        return false;
    }

    private static long sum(long counters) {
        long even = counters & EVERY_OTHER_OCTET;
        long odd = (counters >>> Byte.SIZE) & EVERY_OTHER_OCTET;
        return ((even + odd) * SUM_OF_FOUR) >>> 48;
    }
}

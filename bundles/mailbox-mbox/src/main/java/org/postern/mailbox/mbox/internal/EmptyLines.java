package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;

/**
 * The loop that reads bodies, which is nearly all of a mailbox: counts line feeds, and stops only
 * where a separator could start, at an F behind an empty line. An empty line is a lone LF; CR LF is
 * none (popa3d).
 */
final class EmptyLines {
    private static final int WORD = LineFeeds.WORD;
    private static final int ROUND_WORDS = 8;

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
    int search(ScanBlock block, int from, int to) {
        ByteBuffer octets = block.octets();
        int wordStart = from + WORD - from % WORD;
        int at = passOctets(octets, from, Math.min(wordStart, to), to);
        if (at < wordStart || isCandidate(octets, at, to)) {
            return at;
        }
        at = passRounds(block, at, to);
        return passOctets(octets, at, to, to);
    }

    private boolean isCandidate(ByteBuffer octets, int at, int to) {
        return afterEmptyLine && at < to && octets.get(at) == 'F';
    }

    // Those up to an end, unless a candidate, which is in front of "to", comes before.
    private int passOctets(ByteBuffer octets, int from, int end, int to) {
        int at = from;
        while (at < end) {
            boolean ends = octets.get(at) == LineFeeds.LF;
            lineFeeds += ends ? 1 : 0;
            afterEmptyLine = ends && atLineStart;
            atLineStart = ends;
            at++;
            if (isCandidate(octets, at, to)) {
                break;
            }
        }
        return at;
    }

    // Whole rounds, from a word's start up to the one in which an empty line has an F behind it.
    private int passRounds(ScanBlock block, int from, int to) {
        ByteBuffer octets = block.octets();
        long[] words = block.marks();
        // What is behind a round's last octet may be looked at, too.
        int last = (to - 1) / WORD - ROUND_WORDS;
        int first = from / WORD;
        int word = first;
        long passed = 0;
        long before = atLineStart ? FIRST : 0;
        for (; word <= last; word += ROUND_WORDS) {
            long marks = marks(words, word);
            long empty = marks & ((marks << Byte.SIZE) | (marks >>> NEXT_WORD) | before);
            if (empty != 0 && hasCandidate(octets, word, empty)) {
                break;
            }
            passed += Long.bitCount(marks);
            before = ((marks >>> LAST_MARK) << FIRST_MARK) & FIRST;
        }
        int at = word * WORD;
        lineFeeds += passed;
        if (word > first) {
            atLineStart = before != 0;
            afterEmptyLine = atLineStart && octets.get(at - 2) == LineFeeds.LF;
        }
        return at;
    }

    /**
     * The line feeds of a round, a bit for each octet. Those of its first word are marked in the
     * top bit of each octet here, those of its last word in the lowest.
     */
    private static long marks(long[] words, int at) {
        return words[at]
                | (words[at + 1] >>> 1)
                | (words[at + 2] >>> 2)
                | (words[at + 3] >>> 3)
                | (words[at + 4] >>> 4)
                | (words[at + 5] >>> 5)
                | (words[at + 6] >>> 6)
                | (words[at + 7] >>> 7);
    }

    private static boolean hasCandidate(ByteBuffer octets, int word, long emptyLines) {
        for (long left = emptyLines; left != 0; left &= left - 1) {
            int mark = Long.numberOfTrailingZeros(left);
            int line = word + FIRST_MARK - mark % Byte.SIZE;
            if (octets.get(line * WORD + mark / Byte.SIZE + 1) == 'F') {
                return true;
            }
        }
        return false;
    }
}

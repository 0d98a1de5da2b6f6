package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/**
 * A block of a file, read to be scanned, and where its line feeds are: these are marked once, all
 * of them in one go, and every later question about them is answered by the marks.
 */
final class ScanBlock {
    private static final int WORD = LineFeeds.WORD;

    private final ByteBuffer octets;
    private final ByteBuffer range;
    private long[] marks = {};

    /**
     * @param octets what is scanned, from index 0 to the limit, until the next is read into it
     */
    ScanBlock(ByteBuffer octets) {
        this.octets = octets.order(ByteOrder.LITTLE_ENDIAN);
        this.range = octets.duplicate();
        mark();
    }

    /**
     * Reads the next octets, as many as there is room for.
     *
     * @param from where they are in the file
     * @param to the end of those that are wanted
     * @return how many were read; negative at the file's end
     */
    int read(FileHandle file, long from, long to) throws PosixException {
        octets.clear().limit((int) Math.min(octets.capacity(), to - from));
        int read = file.read(octets, from);
        octets.flip();
        mark();
        return read;
    }

    /** What was read, from index 0 to the limit. Its position is of no meaning. */
    ByteBuffer octets() {
        return octets;
    }

    /** Some of what was read. One buffer, which tells of those that were asked for last. */
    ByteBuffer range(int from, int to) {
        return range.limit(to).position(from);
    }

    /**
     * The line feeds, a word for each eight octets, marked as by {@link LineFeeds#marks}. Behind
     * the limit there are none; words behind that of the last octet are left over.
     */
    long[] marks() {
        return marks;
    }

    /**
     * The index of the next line feed, or {@code to} if there is none before.
     *
     * @param from below {@code to}
     */
    int nextLineFeed(int from, int to) {
        int word = from / WORD;
        long found = marks[word] & (-1L << (from % WORD * Byte.SIZE));
        while (found == 0) {
            word++;
            if (word * WORD >= to) {
                return to;
            }
            found = marks[word];
        }
        return Math.min(to, word * WORD + LineFeeds.first(found));
    }

    /** Marks the line feeds of what was put into the buffer, up to its limit. */
    void mark() {
        int limit = octets.limit();
        int whole = limit / WORD;
        if (marks.length <= whole) {
            marks = new long[Math.max(whole + 1, 2 * marks.length)];
        }
        octets.position(0);
        octets.asLongBuffer().get(marks, 0, whole);
        marks[whole] = 0;
        for (int at = whole * WORD; at < limit; at++) {
            marks[whole] |= (octets.get(at) & 0xFFL) << (at % WORD * Byte.SIZE);
        }
        LineFeeds.mark(marks, whole + 1);
    }
}

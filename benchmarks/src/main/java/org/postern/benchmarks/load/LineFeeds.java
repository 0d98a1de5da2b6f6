package org.postern.benchmarks.load;

import java.nio.ByteBuffer;

/**
 * Finds line feeds eight octets at a time: a client that is slower than the server would measure
 * itself.
 */
final class LineFeeds {
    private static final long EACH_LF = 0x0A0A0A0A0A0A0A0AL;
    private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;

    private LineFeeds() {}

    /**
     * @param octets little-endian
     * @return the index of the next one, or {@code to} if there is none before
     */
    static int next(ByteBuffer octets, int from, int to) {
        int at = from;
        for (; to - at >= Long.BYTES; at += Long.BYTES) {
            long zero = octets.getLong(at) ^ EACH_LF;
            long marks = ~(((zero & LOW_BITS) + LOW_BITS) | zero | LOW_BITS);
            if (marks != 0) {
                return at + Long.numberOfTrailingZeros(marks) / Byte.SIZE;
            }
        }
        while (at < to && octets.get(at) != '\n') {
            at++;
        }
        return at;
    }
}

package org.postern.api.hash;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * 64 bits over octets: two CRCs with different polynomials, which the JVM computes at several GiB/s
 * each, so that every octet can be looked at whenever a mailbox is read. It tells honest change,
 * such as another mail program's, not forgery: who can write a file can write its checksum. For one
 * thread.
 */
public final class Checksum {
    private static final long ODD = 0x9E3779B97F4A7C15L;

    private final CRC32 ieee = new CRC32();
    private final CRC32C castagnoli = new CRC32C();

    /** Over nothing again. */
    public void reset() {
        ieee.reset();
        castagnoli.reset();
    }

    /**
     * Goes on with some octets of a buffer.
     *
     * @param view of its own position and limit, which are changed
     */
    public void add(ByteBuffer view, int from, int to) {
        view.limit(to).position(from);
        ieee.update(view);
        view.position(from);
        castagnoli.update(view);
    }

    /** Goes on with one octet. */
    public void add(int octet) {
        ieee.update(octet);
        castagnoli.update(octet);
    }

    /** Over all octets so far. */
    public long value() {
        return ieee.getValue() << Integer.SIZE | castagnoli.getValue();
    }

    /** Two values in one; a change of either changes it. */
    public static long mix(long one, long other) {
        return Long.rotateLeft(one, 29) ^ other * ODD;
    }
}

package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The buffers that files are read and written through, taken for the length of one step and given
 * back at its end: there are as many as workers in a mailbox at the same moment, however many
 * sessions wait. Direct memory is freed late, so a few are kept.
 */
final class BlockBuffers {
    /**
     * Octets in one: a system call costs about 1 % of copying this many, and it stays in the
     * processor's second-level cache while it is searched, with as many of marks.
     */
    static final int SIZE = 64 * 1024;

    private static final int KEPT = 16;

    private final Deque<ByteBuffer> idle = new ArrayDeque<>(KEPT);
    private final Deque<ScanBlock> idleToScan = new ArrayDeque<>(KEPT);

    /** A cleared buffer, little-endian. */
    synchronized ByteBuffer take() {
        ByteBuffer kept = idle.poll();
        return kept == null
                ? ByteBuffer.allocateDirect(SIZE).order(ByteOrder.LITTLE_ENDIAN)
                : kept.clear();
    }

    synchronized void giveBack(ByteBuffer buffer) {
        if (idle.size() < KEPT) {
            idle.push(buffer);
        }
    }

    /** A block to be read into: what it has is left over from somebody's mail. */
    synchronized ScanBlock takeToScan() {
        ScanBlock kept = idleToScan.poll();
        return kept == null ? new ScanBlock(take().limit(0)) : kept;
    }

    synchronized void giveBack(ScanBlock block) {
        if (idleToScan.size() < KEPT) {
            idleToScan.push(block);
        }
    }
}

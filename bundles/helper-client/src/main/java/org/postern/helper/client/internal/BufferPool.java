package org.postern.helper.client.internal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Direct buffers of one size, lent for a call: none is held by a session that is idle. As many are
 * kept as are usually in use at once; more are made when needed and left to the collector.
 */
final class BufferPool {
    private final int size;
    private final BlockingQueue<ByteBuffer> kept;

    BufferPool(int size, int most) {
        this.size = size;
        this.kept = new ArrayBlockingQueue<>(most);
    }

    ByteBuffer take() {
        return Optional.ofNullable(kept.poll()).orElseGet(() -> ByteBuffer.allocateDirect(size));
    }

    void giveBack(ByteBuffer buffer) {
        boolean ignored = kept.offer(buffer);
    }

    /** For one that has held a secret: overwritten whole, whatever was written. */
    void wipeAndGiveBack(ByteBuffer buffer) {
        buffer.clear();
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, (byte) 0);
        }
        giveBack(buffer);
    }
}

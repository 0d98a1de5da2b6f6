package org.postern.listener.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.postern.api.protocol.OutputBuffer;

/**
 * Buffers for what is sent: taken from Netty's pool when asked for, given back when sent. What
 * fills only a part of one is sent from a copy of its own size, because a client that sends
 * thousands of short commands and reads no reply would otherwise hold 64 KiB for each.
 */
final class OutputPool {
    private static final int COPIED_BELOW = OutputBuffer.CAPACITY / 2;

    private final ByteBufAllocator allocator;
    private final AtomicInteger outstanding = new AtomicInteger();
    private final AtomicLong inFlight = new AtomicLong();

    OutputPool(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    OutputBuffer allocate() {
        ByteBuf memory = allocator.directBuffer(OutputBuffer.CAPACITY, OutputBuffer.CAPACITY);
        outstanding.incrementAndGet();
        return new Pooled(memory);
    }

    /**
     * What was put into a buffer, ready to be written; the buffer is used up. The caller releases
     * the result, or hands it to a channel, and then calls {@link #sent}.
     *
     * @throws IllegalStateException if it was sent or released before, or is not from a pool
     */
    ByteBuf take(OutputBuffer output) {
        if (!(output instanceof Pooled pooled)) {
            throw new IllegalStateException("not a buffer of this listener");
        }
        int octets = pooled.bytes.position();
        ByteBuf memory = pooled.take();
        memory.setIndex(0, octets);
        ByteBuf taken = octets >= COPIED_BELOW ? memory : copy(memory);
        inFlight.addAndGet(taken.capacity());
        return taken;
    }

    private ByteBuf copy(ByteBuf memory) {
        int octets = memory.readableBytes();
        ByteBuf copy = null;
        try {
            copy = allocator.directBuffer(octets, octets);
            return copy.writeBytes(memory);
        } finally {
            memory.release();
            if (copy == null) {
                outstanding.decrementAndGet();
            }
        }
    }

    /**
     * Something from {@link #take} has been released.
     *
     * @param capacity its own
     */
    void sent(int capacity) {
        inFlight.addAndGet(-capacity);
        outstanding.decrementAndGet();
    }

    /** Octets of memory that were taken and not sent yet. */
    long inFlight() {
        return inFlight.get();
    }

    /** Buffers that were allocated and neither sent nor released yet. */
    int outstanding() {
        return outstanding.get();
    }

    private final class Pooled implements OutputBuffer {
        private final AtomicReference<ByteBuf> memory;
        private final ByteBuffer bytes;

        Pooled(ByteBuf memory) {
            this.memory = new AtomicReference<>(memory);
            this.bytes = memory.nioBuffer(0, CAPACITY);
        }

        ByteBuf take() {
            ByteBuf taken = memory.getAndSet(null);
            if (taken == null) {
                throw new IllegalStateException("the buffer was sent or released before");
            }
            return taken;
        }

        @Override
        public ByteBuffer bytes() {
            return bytes;
        }

        @Override
        public void release() {
            ByteBuf taken = memory.getAndSet(null);
            if (taken != null) {
                taken.release();
                outstanding.decrementAndGet();
            }
        }
    }
}

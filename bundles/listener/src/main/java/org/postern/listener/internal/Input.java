package org.postern.listener.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Octets that were read and not yet taken by the protocol. Nothing more is read while there are
 * any, so there is one read buffer at most; only when the client's end has closed does the kernel's
 * rest come as well, whose size {@link Engine#RECEIVE_BUFFER} bounds. Everything is overwritten
 * before its memory goes back to the pool, for passwords pass through here.
 */
final class Input {
    /** Octets of one read: longer than any line of POP3, small enough for every stranger. */
    static final int READ_SIZE = 4096;

    /** Beyond what the kernel's buffer can hold: reached by nobody. */
    static final int MAX_KEPT = 4 * Engine.RECEIVE_BUFFER;

    private final ByteBufAllocator allocator;
    private ByteBuf kept;

    Input(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    boolean isEmpty() {
        return kept == null;
    }

    /** Takes the buffer over. False if it is too much, which then is dropped. */
    boolean add(ByteBuf read) {
        if (!read.isReadable()) {
            read.release();
            return true;
        }
        if (kept == null) {
            kept = read;
            return true;
        }
        int octets = kept.readableBytes() + read.readableBytes();
        if (octets > MAX_KEPT) {
            wipe(read);
            return false;
        }
        ByteBuf both = allocator.directBuffer(octets, octets);
        both.writeBytes(kept, kept.readerIndex(), kept.readableBytes());
        both.writeBytes(read, read.readerIndex(), read.readableBytes());
        wipe(kept);
        wipe(read);
        kept = both;
        return true;
    }

    /** What there is. Call {@link #took} afterwards. */
    ByteBuffer view() {
        return kept.nioBuffer();
    }

    /**
     * How many octets of the view were used; they are overwritten, whatever is left behind them.
     */
    void took(int octets) {
        if (octets == kept.readableBytes()) {
            clear();
        } else {
            kept.setZero(kept.readerIndex(), octets);
            kept.skipBytes(octets);
        }
    }

    /** All of it, for somebody else to take over. */
    Optional<ByteBuf> take() {
        Optional<ByteBuf> taken = Optional.ofNullable(kept);
        kept = null;
        return taken;
    }

    void clear() {
        if (kept != null) {
            wipe(kept);
            kept = null;
        }
    }

    static void wipe(ByteBuf buffer) {
        buffer.setZero(0, buffer.writerIndex());
        buffer.release();
    }
}

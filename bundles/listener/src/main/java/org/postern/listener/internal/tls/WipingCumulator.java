package org.postern.listener.internal.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder.Cumulator;

/**
 * Keeps the part of a record that has come for the TLS handler, and overwrites what it has used:
 * the JDK's engine deciphers in place, so that passwords lie there. It holds each buffer itself,
 * for as long as the handler does and until {@link #wipe}.
 */
final class WipingCumulator implements Cumulator {
    private ByteBuf held;

    @Override
    public ByteBuf cumulate(ByteBufAllocator allocator, ByteBuf cumulation, ByteBuf in) {
        if (!cumulation.isReadable()) {
            cumulation.release();
            hold(in);
            return in;
        }
        ByteBuf both;
        try {
            int octets = cumulation.readableBytes() + in.readableBytes();
            both = allocator.directBuffer(octets, octets);
            both.writeBytes(cumulation).writeBytes(in);
        } finally {
            overwrite(in);
            in.release();
        }
        cumulation.release();
        hold(both);
        return both;
    }

    /** Overwrites what the handler has let go of. */
    void wipe() {
        if (held != null && held.refCnt() == 1) {
            drop();
        }
    }

    private void hold(ByteBuf next) {
        if (held != null) {
            drop();
        }
        held = next.retain();
    }

    private void drop() {
        overwrite(held);
        held.release();
        held = null;
    }

    private static void overwrite(ByteBuf buffer) {
        buffer.setZero(0, buffer.writerIndex());
    }
}

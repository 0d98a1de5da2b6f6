package org.postern.listener.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.SocketChannel;
import java.util.function.LongSupplier;
import org.postern.api.protocol.OutputBuffer;

/**
 * A connection's output on its way to the kernel, and whether it gets there. What is sent in one
 * turn of the event loop is flushed at the end of that turn, together. On the event loop only.
 */
final class Output {
    private final NettyConnection connection;
    private final SocketChannel channel;
    private final OutputPool pool;
    private final OutputWatch watch;
    private int writes;
    private long sent;
    private LongSupplier enciphered = () -> 0;
    private boolean isEnciphered;
    private boolean flushDue;

    Output(NettyConnection connection, SocketChannel channel, OutputPool pool, Timing timing) {
        this.connection = connection;
        this.channel = channel;
        this.pool = pool;
        watch = new OutputWatch(timing);
    }

    void send(OutputBuffer buffer, long now) {
        ByteBuf octets = pool.take(buffer);
        int count = isEnciphered ? 0 : octets.readableBytes();
        int capacity = octets.capacity();
        if (writes++ == 0) {
            watch.begin(now, progress());
        }
        channel.write(octets)
                .addListener(
                        written ->
                                connection.guarded(
                                        () -> written(count, capacity, (ChannelFuture) written)));
        if (!flushDue) {
            flushDue = true;
            channel.eventLoop().execute(() -> connection.guarded(this::flush));
        }
    }

    /**
     * What is sent from now on is enciphered, in records: only whoever writes those knows how much
     * of it has left.
     *
     * @param taken enciphered octets that the kernel has taken so far
     */
    void encipher(LongSupplier taken) {
        flush();
        enciphered = taken;
        isEnciphered = true;
    }

    /** Whether the kernel has everything. */
    boolean isSent() {
        return writes == 0;
    }

    /** The connection begins to close: the client is watched more closely. */
    void closing(long now) {
        watch.begin(now, progress());
    }

    /** When to ask {@link #isStalled} next. */
    long deadline(boolean closing) {
        return watch.deadline(closing);
    }

    boolean isStalled(long now, boolean closing) {
        return watch.stalled(now, progress(), closing);
    }

    private void flush() {
        flushDue = false;
        channel.flush();
        connection.settle();
    }

    private void written(int count, int capacity, ChannelFuture future) {
        pool.sent(capacity);
        writes--;
        if (future.isSuccess()) {
            sent += count;
        } else {
            connection.lost();
        }
        if (writes == 0) {
            connection.allSent();
        }
    }

    private long progress() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        long left = sent + enciphered.getAsLong();
        return waiting == null ? left : left + waiting.currentProgress();
    }
}

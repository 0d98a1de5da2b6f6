package org.postern.listener.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The last word to a client that is not admitted. It is written once, into a socket's buffer that
 * is empty or not at all; then our end is closed, and what the client says meanwhile is read for a
 * moment, because closing a socket with unread input resets it, and the reset overtakes the word.
 */
// What a closed socket or a cancelled timer still has to say is of no interest to anybody.
@SuppressWarnings("FutureReturnValueIgnored")
final class Farewell extends ChannelInboundHandlerAdapter {
    /** Who sends more than this before it has read a line does not read. */
    private static final int MAX_DISCARDED = 16 * 1024;

    private final SocketChannel channel;
    private final byte[] text;
    private final Timing timing;
    private int discarded;

    private Farewell(SocketChannel channel, byte[] text, Timing timing) {
        this.channel = channel;
        this.text = text;
        this.timing = timing;
    }

    /**
     * Says it and closes.
     *
     * @param channel one that has no event loop yet; or this is called on its own
     */
    static void say(byte[] text, SocketChannel channel, Engine engine) {
        Farewell farewell = new Farewell(channel, text, engine.timing());
        if (channel.isRegistered()) {
            channel.pipeline().addLast(farewell);
            farewell.say();
            return;
        }
        try {
            engine.prepare(channel);
        } catch (ChannelException alreadyReset) {
            channel.unsafe().closeForcibly();
            return;
        }
        channel.pipeline().addLast(farewell);
        engine.nextLoop()
                .register(channel)
                .addListener(
                        registered -> {
                            if (!registered.isSuccess()) {
                                channel.unsafe().closeForcibly();
                            }
                        });
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        say();
    }

    private void say() {
        channel.writeAndFlush(Unpooled.wrappedBuffer(text));
        channel.shutdownOutput();
        channel.config().setAutoRead(true);
        try {
            ScheduledFuture<?> patience =
                    channel.eventLoop()
                            .schedule(
                                    (Runnable) channel::close,
                                    timing.discard().toNanos(),
                                    TimeUnit.NANOSECONDS);
            channel.closeFuture().addListener(closed -> patience.cancel(false));
        } catch (RejectedExecutionException ended) {
            channel.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        discarded += read.readableBytes();
        read.release();
        if (discarded > MAX_DISCARDED) {
            channel.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            channel.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        channel.close();
    }
}

package org.postern.listener.internal.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.function.Consumer;

/**
 * Between the socket and the TLS handler, which reads on its own when it finds no plaintext in what
 * it has: once the handshake is over, nothing is read here that the connection has not asked for. A
 * client that sends records without content (or changes keys, each time of which is answered) and
 * reads nothing would otherwise be read for ever.
 */
// What a written buffer comes to is the handler's own affair.
@SuppressWarnings("FutureReturnValueIgnored")
final class TlsGate extends ChannelDuplexHandler {
    private final RecordWatch watch = new RecordWatch();
    private final WipingCumulator cumulator;
    private final Consumer<String> refuse;
    private ChannelHandlerContext context;
    private boolean established;
    private boolean refused;
    private boolean bypassed;
    private boolean keptOpen;
    private long sent;

    /**
     * @param refuse told what is wrong with what the client sends, once; nothing more passes then
     */
    TlsGate(WipingCumulator cumulator, Consumer<String> refuse) {
        this.cumulator = cumulator;
        this.refuse = refuse;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        cumulator.wipe();
    }

    void established() {
        established = true;
        watch.established();
    }

    /** From now on what is read goes to the connection as it is, to be thrown away. */
    void bypass() {
        bypassed = true;
    }

    /** The handler's own closing does nothing from now on: a reset would overtake its alert. */
    void keepOpen() {
        keptOpen = true;
    }

    /** Enciphered octets that the kernel has taken. */
    long sent() {
        return sent;
    }

    /** Closes the socket below TLS, at once. */
    void close() {
        context.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf read = (ByteBuf) message;
        if (bypassed) {
            ctx.pipeline().context(TlsLayer.HANDLER).fireChannelRead(read);
            return;
        }
        if (refused) {
            read.release();
            return;
        }
        RecordWatch.Verdict verdict = watch.look(read);
        if (verdict != RecordWatch.Verdict.GOOD) {
            refused = true;
            // It may be a password that was meant for an unencrypted port.
            read.setZero(0, read.writerIndex());
            read.release();
            refuse.accept(verdict.detail());
            return;
        }
        ctx.fireChannelRead(read);
        cumulator.wipe();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        cumulator.wipe();
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (!established || bypassed || ctx.channel().config().isAutoRead()) {
            ctx.read();
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (keptOpen) {
            ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
        } else {
            ctx.close(promise);
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        int octets = ((ByteBuf) message).readableBytes();
        ctx.write(message, promise.unvoid())
                .addListener(
                        written -> {
                            if (written.isSuccess()) {
                                sent += octets;
                            }
                        });
    }
}

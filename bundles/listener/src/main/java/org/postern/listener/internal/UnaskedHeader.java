package org.postern.listener.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands before everything that reads a client's octets, until it has seen the first few: who
 * begins with a PROXY header and was not asked for one claims to be somebody else, and is closed
 * before any command. Nothing is held back meanwhile. No line ends within version 1's beginning,
 * and within version 2's signature, which ends with its QUIT, only empty ones do.
 */
final class UnaskedHeader extends ChannelInboundHandlerAdapter {
    private final Runnable refuse;
    private byte[] pattern = ProxyHeaderReader.LINE;
    private int matched;

    /**
     * @param refuse ends the connection, or has ended it
     */
    UnaskedHeader(Runnable refuse) {
        this.refuse = refuse;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        for (int i = read.readerIndex(); i < read.writerIndex(); i++) {
            byte octet = read.getByte(i);
            if (matched == 0 && octet == ProxyHeaderReader.SIGNATURE[0]) {
                pattern = ProxyHeaderReader.SIGNATURE;
            }
            if (octet != pattern[matched]) {
                context.fireChannelRead(read);
                context.pipeline().remove(this);
                return;
            }
            matched++;
            if (matched == pattern.length) {
                Input.wipe(read);
                context.pipeline().remove(this);
                refuse.run();
                return;
            }
        }
        context.fireChannelRead(read);
    }
}

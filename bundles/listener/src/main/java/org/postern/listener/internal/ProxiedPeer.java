package org.postern.listener.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A connection from a trusted proxy, until the client behind it is admitted or turned away. The
 * proxy itself has passed the ceiling alone; the limits policy is asked about the client that its
 * header names. What comes behind the header is kept unread: one read, as of any connection, and no
 * more while nobody is admitted (what the kernel still has if the other end has closed). On its
 * event loop.
 */
// What a closed socket or a cancelled timer still has to say is of no interest to anybody.
@SuppressWarnings("FutureReturnValueIgnored")
final class ProxiedPeer extends ChannelInboundHandlerAdapter {
    /** Its protocol is being replaced: how soon to look again. Nobody else is held up by that. */
    private static final Duration PROTOCOL_DELAY = Duration.ofMillis(100);

    private final Listener listener;
    private final SocketChannel channel;
    private final InetSocketAddress proxy;
    private final Engine.Slot slot;
    private final EventLoop loop;
    private final ProxyHeaderReader header = new ProxyHeaderReader();
    private final Input rest;

    private Optional<Candidate> candidate = Optional.empty();
    private Optional<Future<?>> timer = Optional.empty();
    private boolean inputEnded;
    private boolean over;

    ProxiedPeer(
            Listener listener, SocketChannel channel, InetSocketAddress proxy, Engine.Slot slot) {
        this.listener = listener;
        this.channel = channel;
        this.proxy = proxy;
        this.slot = slot;
        loop = listener.engine().nextLoop();
        rest = new Input(listener.engine().allocator());
    }

    /** Takes up its event loop. Any thread. */
    void start() {
        channel.closeFuture().addListener(closed -> slot.close());
        try {
            listener.engine().prepare(channel);
        } catch (ChannelException alreadyReset) {
            lost();
            return;
        }
        channel.pipeline().addLast(this);
        loop.register(channel)
                .addListener(
                        registered -> {
                            if (!registered.isSuccess()) {
                                lost();
                            }
                        });
    }

    private void lost() {
        over();
        channel.unsafe().closeForcibly();
        slot.close();
    }

    /** Turns it away, unless it is decided by then. Any thread. */
    Future<?> close() {
        try {
            return loop.submit(() -> refuse("the listener is closing"));
        } catch (RejectedExecutionException ended) {
            return channel.newSucceededFuture();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!over) {
            after(
                    listener.engine().timing().proxyHeader(),
                    () -> refuse("no PROXY header in time from the proxy"));
            channel.config().setAutoRead(true);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        if (over) {
            Input.wipe(read);
        } else if (candidate.isPresent()) {
            keep(read);
        } else {
            guarded(() -> header(read));
        }
    }

    private void header(ByteBuf read) {
        int begin = read.readerIndex();
        ByteBuffer view = read.nioBuffer();
        Optional<ProxyHeader> end = header.read(view);
        read.readerIndex(begin + view.position());
        if (end.isEmpty()) {
            read.release();
            return;
        }
        if (end.get() instanceof ProxyHeader.Invalid invalid) {
            Input.wipe(read);
            refuse(invalid.reason() + " from the proxy");
            return;
        }
        cancelTimer();
        channel.config().setAutoRead(false);
        Origin origin =
                end.get() instanceof ProxyHeader.Client client
                        ? Origin.behind(proxy, client)
                        : Origin.unnamed(proxy);
        candidate = Optional.of(new Candidate(listener, channel, origin, slot));
        keep(read);
        ask();
    }

    private void keep(ByteBuf read) {
        if (!rest.add(read)) {
            refuse("too much input before its admission");
        }
    }

    private void ask() {
        Candidate asking = candidate.orElseThrow();
        Candidate.Verdict verdict = asking.ask();
        if (verdict instanceof Candidate.Verdict.In in) {
            admit(in.admitted());
        } else if (verdict instanceof Candidate.Verdict.Out out) {
            turnAway(out.reason());
        } else if (verdict instanceof Candidate.Verdict.Later later) {
            after(later.after(), this::ask);
        } else if (asking.age().compareTo(listener.engine().timing().hold()) < 0) {
            after(PROTOCOL_DELAY, this::ask);
        } else {
            turnAway("its protocol is not there");
        }
    }

    // The next in line sees the connection as if it had just been accepted.
    private void admit(Admitted admitted) {
        channel.pipeline().remove(this);
        Optional<ByteBuf> unread = rest.take();
        listener.connectProxied(admitted, channel);
        over();
        channel.pipeline().fireChannelActive();
        unread.ifPresent(channel.pipeline()::fireChannelRead);
        if (inputEnded) {
            channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    // The proxy's mistake, or nobody's: the client is told nothing, for the proxy would relay it
    // and nobody look into the log.
    private void refuse(String reason) {
        if (!over) {
            over();
            channel.close();
            listener.refused(proxy, reason);
        }
    }

    private void turnAway(String reason) {
        channel.pipeline().remove(this);
        over();
        candidate.orElseThrow().turnAway(reason);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded = true;
            if (candidate.isEmpty()) {
                refuse("no PROXY header from the proxy");
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        refuse("the proxy went before its client was admitted");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        refuse("the proxy went before its client was admitted");
    }

    private void over() {
        over = true;
        cancelTimer();
        rest.clear();
        listener.proxied().remove(this);
    }

    private void after(Duration time, Runnable task) {
        timer =
                Optional.of(
                        loop.schedule(
                                () -> {
                                    if (!over) {
                                        guarded(task);
                                    }
                                },
                                time.toNanos(),
                                TimeUnit.NANOSECONDS));
    }

    private void cancelTimer() {
        timer.ifPresent(running -> running.cancel(false));
        timer = Optional.empty();
    }

    // A mistake in it, or no memory, ends this connection and never reaches the event loop.
    private void guarded(Runnable code) {
        try {
            code.run();
        } catch (RuntimeException | Error thrown) {
            listener.failures().add(thrown);
            refuse("the listener failed");
        }
    }
}

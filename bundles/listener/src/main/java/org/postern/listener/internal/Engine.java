package org.postern.listener.internal;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.postern.api.helper.ListeningSocket;
import org.postern.api.protocol.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all listeners share: event loops, workers, buffers and a ceiling over their connections. It
 * lives as long as any listener does. epoll where its library loads, the JDK's selector elsewhere.
 */
@Component(service = Engine.class)
public final class Engine {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    /** They parse lines and copy to sockets; two keep a network card busy, and each other apart. */
    static final int LOOPS = 2;

    /**
     * Connections of all listeners, whatever a limits policy says: a policy with a mistake must not
     * let strangers use up the process. 10,000 cost some 50 MB while they say nothing. Fewer where
     * the process may not open that many descriptors: one that runs out of them cannot even load a
     * class, and fails in places where nobody expects it.
     */
    static final int MAX_CONNECTIONS = 10_000;

    /** Connections that the kernel completes for us while a policy or a protocol is swapped. */
    static final int BACKLOG = 512;

    /**
     * What the kernel may receive for a connection before we read it, in octets (it reserves twice
     * that). Commands are short; a stranger must not fill the machine's memory with what nobody
     * reads.
     */
    static final int RECEIVE_BUFFER = 16 * 1024;

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

    private final boolean epoll;
    private final Timing timing;
    private final int ceiling;
    private final EventLoopGroup loops;
    private final Workers workers;
    private final ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
    private final OutputPool outputs = new OutputPool(allocator);
    private final OutputBudget budget = new OutputBudget(outputs::inFlight, System::nanoTime);
    private final Courtesy courtesy = new Courtesy(System::nanoTime);
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<Channel> sockets = ConcurrentHashMap.newKeySet();

    @Activate
    public Engine() {
        this(
                Epoll.isAvailable(),
                new Workers(Workers.THREADS, Workers.QUEUE),
                Descriptors.connections(MAX_CONNECTIONS),
                Timing.NORMAL);
    }

    Engine(boolean epoll, Workers workers, int ceiling, Timing timing) {
        this.epoll = epoll;
        this.workers = workers;
        this.ceiling = ceiling;
        this.timing = timing;
        AtomicInteger number = new AtomicInteger();
        ThreadFactory threads =
                task -> new FastThreadLocalThread(task, "postern-loop-" + number.incrementAndGet());
        loops =
                new MultiThreadIoEventLoopGroup(
                        LOOPS,
                        threads,
                        epoll ? LastingEpollHandler.newFactory() : NioIoHandler.newFactory());
        LOG.info(
                "sockets are served by {}, at most {} in all",
                epoll ? "epoll" : "the JDK's selector",
                ceiling);
    }

    Timing timing() {
        return timing;
    }

    Workers workers() {
        return workers;
    }

    OutputPool outputs() {
        return outputs;
    }

    OutputBudget budget() {
        return budget;
    }

    Courtesy courtesy() {
        return courtesy;
    }

    /** Places in all. */
    int ceiling() {
        return ceiling;
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    EventLoop nextLoop() {
        return loops.next();
    }

    /** A place under the ceiling, or none. */
    Optional<Slot> slot() {
        if (connections.incrementAndGet() > ceiling) {
            connections.decrementAndGet();
            return Optional.empty();
        }
        return Optional.of(new Slot());
    }

    /** Places that are taken. */
    int connections() {
        return connections.get();
    }

    /** A server socket, neither registered nor bound, that accepts only when it is told to. */
    ServerSocketChannel serverSocket(ChannelHandler acceptor) {
        ServerSocketChannel channel =
                epoll ? new EpollServerSocketChannel() : new NioServerSocketChannel();
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        channel.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
        return prepared(channel, acceptor);
    }

    /**
     * A server socket, not registered, on a descriptor that listens already. Closing it closes the
     * descriptor and no more: whoever else holds the socket keeps it listening.
     *
     * @throws IOException if that cannot be done; the descriptor is closed then
     */
    ServerSocketChannel adopted(ChannelHandler acceptor, ListeningSocket socket)
            throws IOException {
        if (!epoll) {
            socket.close();
            throw new IOException(
                    "viaHelper = true needs epoll, whose library Netty could not load here: use"
                            + " Linux on x86_64 or aarch64, or set viaHelper = false");
        }
        FileDescriptor descriptor = new FileDescriptor(socket.takeDescriptor());
        try {
            EpollServerSocketChannel channel = new EpollServerSocketChannel(descriptor.intValue());
            // All that still can be set as on our own: it listens, and has its address.
            ((Socket) channel.fd()).listen(BACKLOG);
            return prepared(channel, acceptor);
        } catch (IOException | RuntimeException unfit) {
            descriptor.close();
            throw new IOException("the helper's socket cannot be used: " + unfit, unfit);
        }
    }

    private static ServerSocketChannel prepared(
            ServerSocketChannel channel, ChannelHandler acceptor) {
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER);
        // One at a time: when one has to wait for the limits policy, no second one was accepted,
        // and a burst of new connections does not hold up those that are served.
        channel.config()
                .setRecvByteBufAllocator(
                        new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(1));
        channel.pipeline().addLast(acceptor);
        return channel;
    }

    /**
     * The options of an accepted connection, which reads nothing until it is told to.
     *
     * @throws io.netty.channel.ChannelException if it was reset already; it is still to be closed
     */
    void prepare(Channel connection) {
        connection.config().setAutoRead(false);
        connection.config().setAllocator(allocator);
        // One small read at a time, so that a pause takes effect at once.
        connection
                .config()
                .setRecvByteBufAllocator(
                        new FixedRecvByteBufAllocator(Input.READ_SIZE).maxMessagesPerRead(1));
        connection
                .config()
                .setWriteBufferWaterMark(
                        new WriteBufferWaterMark(
                                Connection.WRITE_HIGH_WATER / 2, Connection.WRITE_HIGH_WATER));
        connection.config().setOption(ChannelOption.TCP_NODELAY, true);
        connection.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        connection.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        sockets.add(connection);
        connection.closeFuture().addListener(closed -> sockets.remove(connection));
    }

    /** Runs something that may block, after a time, once. Not after {@link #close}. */
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
    void later(Runnable task, Duration after) {
        try {
            loops.schedule(
                    () -> {
                        if (!workers.submit(task)) {
                            later(task, after);
                        }
                    },
                    after.toNanos(),
                    TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("a task came after the end");
        }
    }

    /** Waits for work that has begun, then ends the loops, and with them the last sockets. */
    @Deactivate
    public void close() {
        if (!workers.close(CLOSE_PATIENCE)) {
            LOG.warn("workers are still busy; they end when their system calls do");
        }
        // A loop that is told to end may do so without closing its sockets.
        List<ChannelFuture> closing = sockets.stream().map(Channel::close).toList();
        for (ChannelFuture socket : closing) {
            socket.awaitUninterruptibly(CLOSE_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        }
        boolean ended =
                loops.shutdownGracefully(0, CLOSE_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)
                        .awaitUninterruptibly(2 * CLOSE_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        if (!ended) {
            LOG.error("the event loops do not end");
        }
        // This thread is the container's and goes on: nothing of Netty stays in it. Netty's global
        // executor, which announces the end, ends itself within a second.
        FastThreadLocal.removeAll();
    }

    /** One connection's place under the ceiling. More closes do nothing. */
    final class Slot implements AutoCloseable {
        private final AtomicBoolean closed = new AtomicBoolean();

        private Slot() {}

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                connections.decrementAndGet();
            }
        }
    }
}

package org.postern.listener.internal;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.Errors;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.postern.api.helper.ListeningSocket;

/**
 * One open port. Each accepted connection is asked about before anything is allocated for it. One
 * that has to wait (for the limits policy, or for the protocol) is the last that is accepted until
 * it is decided: those behind it wait in the kernel's backlog, which is bounded. Who comes from a
 * proxy waits elsewhere, for the proxy's slowness is not that of those behind it. On the server
 * socket's event loop.
 */
// What a closed socket or a cancelled timer still has to say is of no interest to anybody.
@SuppressWarnings("FutureReturnValueIgnored")
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final Duration LOOP_PATIENCE = Duration.ofSeconds(10);
    private static final Duration LATER_TURN = Duration.ofMillis(10);

    /**
     * Errors of accept(2) on Linux that are those of the connection that was taken: EPERM, ENONET,
     * EPROTO, ENOPROTOOPT, EOPNOTSUPP, ENETDOWN, ENETUNREACH, ECONNABORTED, EHOSTDOWN,
     * EHOSTUNREACH. A stranger can cause some of them, so they must not keep others out.
     */
    private static final Set<Integer> OF_ONE_CONNECTION =
            Set.of(1, 64, 71, 92, 95, 100, 101, 103, 112, 113);

    private final Listener listener;
    private final Engine engine;
    private final FailureLog failures;
    private final EventLoop loop;
    private final ServerSocketChannel channel;
    private final InetSocketAddress configured;
    private final boolean adopted;

    private Candidate held;
    private Future<?> timer;
    private boolean pausedByError;
    private boolean closed;
    private volatile boolean delayed;
    private volatile int port;

    private Acceptor(
            Listener listener, InetSocketAddress configured, Optional<ListeningSocket> held)
            throws IOException {
        this.listener = listener;
        this.configured = configured;
        adopted = held.isPresent();
        engine = listener.engine();
        failures = new FailureLog(listener.name(), "failed to accept a connection");
        loop = engine.nextLoop();
        channel = adopted ? engine.adopted(this, held.get()) : engine.serverSocket(this);
    }

    /**
     * Opens a port. It accepts nothing before {@link #update}.
     *
     * @throws IOException if the system refuses
     */
    static Acceptor open(Listener listener, InetSocketAddress address) throws IOException {
        Acceptor acceptor = new Acceptor(listener, address, Optional.empty());
        try {
            await(acceptor.loop.register(acceptor.channel));
            await(acceptor.channel.bind(address));
        } catch (IOException refused) {
            acceptor.close();
            throw refused;
        }
        acceptor.port = acceptor.channel.localAddress().getPort();
        return acceptor;
    }

    /**
     * Takes over a socket that listens already. It accepts nothing before {@link #update}; those
     * who connect wait in its backlog, as they did before and will after {@link #close}.
     *
     * @throws IOException if it cannot be used; it is closed then
     */
    static Acceptor adopt(Listener listener, ListeningSocket socket) throws IOException {
        Acceptor acceptor = new Acceptor(listener, socket.address(), Optional.of(socket));
        try {
            await(acceptor.loop.register(acceptor.channel));
        } catch (IOException refused) {
            acceptor.close();
            throw refused;
        }
        acceptor.port = socket.address().getPort();
        return acceptor;
    }

    private static void await(Future<?> step) throws IOException {
        if (!step.awaitUninterruptibly(LOOP_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new IOException("the event loop does not answer");
        }
        if (step.cause() instanceof IOException refused) {
            throw refused;
        }
        if (!step.isSuccess()) {
            throw new IOException(step.cause());
        }
    }

    /** Whether what is wanted is what is open. */
    boolean isOn(ListenerConfiguration configuration) {
        if (adopted || configuration.viaHelper()) {
            return adopted
                    && configuration.viaHelper()
                    && HelperSockets.matches(configuration, configured);
        }
        InetSocketAddress wanted = configuration.socketAddress();
        return wanted.getAddress().equals(configured.getAddress())
                && (wanted.getPort() == configured.getPort() || wanted.getPort() == port);
    }

    /** Whether somebody else holds its socket, too. */
    boolean isAdopted() {
        return adopted;
    }

    /** Where it is open. */
    InetSocketAddress address() {
        return new InetSocketAddress(configured.getAddress(), port);
    }

    ServerSocketChannel socket() {
        return channel;
    }

    /** The port that is open. */
    int port() {
        return port;
    }

    /** Whether a connection, and all behind it, waits for the limits policy. */
    boolean isDelayed() {
        return delayed;
    }

    /** The protocol may have come or gone. Any thread. */
    void update() {
        execute(
                () -> {
                    if (held != null && timer == null) {
                        ask();
                    }
                    accept();
                });
    }

    /** Closes the port; after this nothing is admitted. Any thread but an event loop's. */
    void close() {
        execute(
                () -> {
                    closed = true;
                    if (held != null) {
                        turnAway("the listener is closing");
                    }
                    channel.close();
                });
        if (!channel.closeFuture()
                .awaitUninterruptibly(LOOP_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
            failures.add(new IOException("the event loop does not answer"));
        }
        release();
    }

    // The JDK's selector lets go of a closed socket's port only when it is asked next.
    private void release() {
        try {
            loop.schedule(() -> {}, LATER_TURN.toNanos(), TimeUnit.NANOSECONDS)
                    .awaitUninterruptibly(LOOP_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException ended) {
            // Then the selector is closed, too.
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        SocketChannel accepted = (SocketChannel) message;
        InetSocketAddress source = accepted.remoteAddress();
        if (closed || source == null || held != null) {
            accepted.unsafe().closeForcibly();
            return;
        }
        Optional<Engine.Slot> slot = engine.slot();
        if (slot.isEmpty()) {
            listener.turnAway(accepted, source, slot, "too many connections in all");
            return;
        }
        if (listener.configuration().isProxy(source.getAddress())) {
            listener.proxied().add(accepted, source, slot.get());
            return;
        }
        held = new Candidate(listener, accepted, Origin.direct(source), slot.get());
        ask();
        accept();
    }

    /** Accepting failed, most often for want of descriptors: trying at once would only spin. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failures.add(cause);
        if (cause instanceof Errors.NativeIoException known
                && OF_ONE_CONNECTION.contains(-known.expectedErr())) {
            return;
        }
        if (!pausedByError && !closed) {
            pausedByError = true;
            accept();
            loop.schedule(
                    () -> {
                        pausedByError = false;
                        accept();
                    },
                    engine.timing().acceptPause().toNanos(),
                    TimeUnit.NANOSECONDS);
        }
    }

    private void accept() {
        channel.config()
                .setAutoRead(!closed && !pausedByError && held == null && listener.hasProtocol());
    }

    // What becomes of the one that is held. Whatever fails, it does not stay: all wait behind it.
    private void ask() {
        try {
            timer = null;
            decide();
        } catch (RuntimeException | Error thrown) {
            listener.failures().add(thrown);
            if (held != null) {
                turnAway("the listener failed");
            }
        }
    }

    private void decide() {
        Candidate.Verdict verdict = held.ask();
        delayed = verdict instanceof Candidate.Verdict.Later;
        if (verdict instanceof Candidate.Verdict.In in) {
            SocketChannel accepted = held.channel();
            held = null;
            listener.connect(in.admitted(), accepted);
        } else if (verdict instanceof Candidate.Verdict.Out out) {
            turnAway(out.reason());
        } else if (verdict instanceof Candidate.Verdict.Later later) {
            timer =
                    loop.schedule(
                            () -> {
                                if (held != null) {
                                    ask();
                                    accept();
                                }
                            },
                            later.after().toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    private void turnAway(String reason) {
        Candidate refused = held;
        held = null;
        delayed = false;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        refused.turnAway(reason);
    }

    private void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException closedAlready) {
            // The loops have ended, and all channels with them.
            channel.unsafe().closeForcibly();
        }
    }
}

package org.postern.listener.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.postern.api.net.TlsLevel;
import org.postern.api.net.TlsSession;
import org.postern.api.protocol.Cancellable;
import org.postern.api.protocol.Connection;
import org.postern.api.protocol.ListenerSettings;
import org.postern.api.protocol.OutputBuffer;
import org.postern.api.protocol.ProtocolSession;
import org.postern.api.session.Session;
import org.postern.api.session.SessionEnd;

/**
 * One connection, from its admission to its end. Everything here happens on its event loop but
 * {@link #allocate}, {@link #execute} and what a worker runs. The protocol's code is called in
 * {@link #step} alone: what it throws ends this connection, and an end that it causes takes effect
 * after it has returned, so that {@code ended} never comes in the middle of another call.
 *
 * <p>Input is delivered while the protocol wants it <em>and</em> the client takes its output: who
 * sends commands and reads no replies is not served further.
 */
// What a closed socket or a cancelled timer still has to say is of no interest to anybody.
@SuppressWarnings("FutureReturnValueIgnored")
final class NettyConnection extends ChannelInboundHandlerAdapter implements Connection {
    private enum Phase {
        /** Admitted, without a session yet. */
        ADMITTED,
        OPEN,
        ENDED
    }

    /** Octets that are read and dropped after our end was closed, while the client's is awaited. */
    private static final int MAX_DISCARDED = 256 * 1024;

    /** How soon a protocol that is being replaced is looked for again. */
    private static final Duration OPEN_AGAIN = Duration.ofMillis(50);

    private final Admitted admitted;
    private final Listener listener;
    private final SocketChannel channel;
    private final EventLoop loop;
    private final ListenerSettings settings;
    private final Timing timing;
    private final OutputPool pool;
    private final Workers.Serial serial;
    private final Input input;
    private final Output output;
    private final Encryption encryption;
    private final Alarm alarm;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final long began = System.nanoTime();

    private volatile Phase phase = Phase.ADMITTED;
    private Session session;
    private ProtocolSession protocolSession;
    private Ending ending;
    private boolean inStep;
    private boolean draining;

    private boolean inInput;

    private boolean heldBack;
    private boolean paused;
    private boolean turnDue;
    private boolean inputEnded;
    private long quietSince;
    private Duration idleTimeout;
    private int discarded;
    // The client has said nothing that was not answered.
    private boolean silent;

    private Ending closing;
    private int working;

    private record Ending(SessionEnd end, String detail) {}

    NettyConnection(Admitted admitted, SocketChannel channel, EventLoop loop) {
        this.admitted = admitted;
        this.channel = channel;
        this.loop = loop;
        listener = admitted.listener();
        settings = admitted.settings();
        idleTimeout = settings.idleTimeout();
        Engine engine = listener.engine();
        timing = engine.timing();
        pool = engine.outputs();
        serial = engine.workers().serial();
        input = new Input(engine.allocator());
        output = new Output(this, channel, pool, timing);
        encryption = new Encryption(listener.tls(), admitted.tls(), channel, admitted.client());
        alarm = new Alarm(loop, () -> guarded(this::look));
    }

    /** Takes up its event loop; the session begins there. */
    void start() {
        try {
            listener.engine().prepare(channel);
        } catch (ChannelException alreadyReset) {
            abandon();
            return;
        }
        takeOver();
        loop.register(channel)
                .addListener(
                        registered -> {
                            if (!registered.isSuccess() || !channel.isActive()) {
                                abandon();
                            }
                        });
    }

    /**
     * Takes over a connection that is registered with its event loop already, which then is told
     * that it is active, and what was read of it. On that loop.
     */
    void takeOver() {
        channel.pipeline().addLast(this);
        channel.closeFuture().addListener(closed -> admitted.socketClosed());
    }

    private void headerNotAsked() {
        end(SessionEnd.UNTRUSTED_PROXY, "a PROXY header from no network in proxyProtocol");
    }

    /** Completed when the connection is over and everybody has been told. */
    CompletableFuture<Void> gone() {
        return gone;
    }

    /** Any thread. */
    void drain() {
        execute(
                () -> {
                    draining = true;
                    if (phase == Phase.OPEN && protocolSession == null) {
                        end(SessionEnd.DRAINED, "");
                    } else if (phase == Phase.OPEN && closing == null) {
                        protocolSession.drain();
                    }
                });
    }

    /** Any thread; at once, whatever is still to be sent. */
    void finish(SessionEnd end) {
        execute(() -> end(end, ""));
    }

    // Beginning and end.

    @Override
    public void channelActive(ChannelHandlerContext context) {
        InetSocketAddress local = channel.localAddress();
        if (draining || phase != Phase.ADMITTED || local == null) {
            abandon();
            return;
        }
        Optional<Session> begun = admitted.begin(local, this::finish);
        if (begun.isEmpty()) {
            abandon();
            return;
        }
        session = begun.get();
        phase = Phase.OPEN;
        quietSince = now();
        step(() -> admitted.connected(session));
        if (phase == Phase.OPEN && encryption.isFirst()) {
            beginTls(admitted.release().map(Duration::toNanos).orElse(Long.MAX_VALUE));
        } else {
            open();
        }
        channel.pipeline().addFirst(new UnaskedHeader(this::headerNotAsked));
        settle();
    }

    private void open() {
        if (phase == Phase.OPEN) {
            step(
                    () ->
                            admitted.open(this)
                                    .ifPresentOrElse(
                                            opened -> protocolSession = opened, this::openLater));
        }
    }

    // The protocol went during the handshake. It is waited for in that one's time: what takes its
    // place is there long before.
    private void openLater() {
        if (now() >= encryption.deadline()) {
            end(SessionEnd.DRAINED, "its protocol has gone");
            return;
        }
        loop.schedule(
                () ->
                        guarded(
                                () -> {
                                    open();
                                    turn();
                                }),
                OPEN_AGAIN.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    // Encryption.

    private void beginTls(long latest) {
        if (!encryption.begin(input, output, now(), latest, this::tlsFailed)) {
            tlsFailed("no certificate");
        }
    }

    private void tlsFailed(Throwable cause) {
        tlsFailed(inputEnded ? Encryption.LEFT : Encryption.detail(cause));
    }

    private void tlsFailed(String why) {
        end(SessionEnd.TLS_FAILED, why);
    }

    private void handshaken(SslHandshakeCompletionEvent event) {
        if (phase != Phase.OPEN) {
            return;
        }
        if (!event.isSuccess()) {
            tlsFailed(event.cause());
            return;
        }
        TlsLevel level = encryption.establish();
        quietSince = now();
        String version = encryption.session().map(TlsSession::version).orElse("");
        step(() -> session.encrypted(level, version));
        if (protocolSession == null) {
            open();
        }
        settle();
    }

    // It was admitted and does not become a session.
    private void abandon() {
        if (phase != Phase.ADMITTED) {
            return;
        }
        phase = Phase.ENDED;
        admitted.abandoned();
        if (channel.isRegistered()) {
            channel.close();
        } else {
            channel.unsafe().closeForcibly();
            admitted.socketClosed();
        }
        over();
    }

    private void end(SessionEnd end, String detail) {
        if (phase == Phase.ADMITTED) {
            abandon();
        } else if (phase == Phase.OPEN && ending == null) {
            ending = new Ending(end, detail);
            if (!inStep) {
                ended(false);
            }
        }
    }

    private void ended(boolean gracefully) {
        phase = Phase.ENDED;
        try {
            alarm.cancel();
            silent = input.isEmpty() && discarded == 0;
            input.clear();
            if (protocolSession != null) {
                step(() -> protocolSession.ended(ending.end()));
            }
        } finally {
            // The books are closed before the socket: a client that comes back at once is not
            // counted twice.
            admitted.closed(session, ending.end(), ending.detail());
            over();
            closeSocket(gracefully && !inputEnded);
        }
    }

    private void closeSocket(boolean gracefully) {
        if (gracefully && !isFarewell()) {
            closeOutput();
            return;
        }
        if (ending.end() == SessionEnd.STALLED && channel.isOpen()) {
            // A reset: the kernel would go on offering its buffer to who reads nothing.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            encryption.reset();
        } else if (ending.end() == SessionEnd.TLS_FAILED && !inputEnded) {
            // After the alert, which is about to be sent, and without overtaking it by a reset.
            encryption.fail();
            loop.execute(() -> guarded(this::closeOutput));
        } else {
            encryption.close();
        }
    }

    // After QUIT a client has nothing more to say, so nothing is waited for.
    private boolean isFarewell() {
        return ending.end() == SessionEnd.QUIT && silent && encryption.session().isEmpty();
    }

    private void over() {
        listener.remove(this);
        gone.complete(null);
    }

    // Closing a socket with unread input resets it, and the reset overtakes the last reply: so our
    // end is closed first, and what the client still says is read for a moment.
    private void closeOutput() {
        encryption.closeOutput();
        channel.config().setAutoRead(true);
        try {
            ScheduledFuture<?> patience =
                    loop.schedule(
                            encryption::close, timing.discard().toNanos(), TimeUnit.NANOSECONDS);
            channel.closeFuture().addListener(closed -> patience.cancel(false));
        } catch (RejectedExecutionException closed) {
            channel.close();
        }
    }

    // The protocol's code, and that of other bundles.
    private void step(Runnable code) {
        inStep = true;
        try {
            code.run();
        } catch (RuntimeException | Error thrown) {
            failed(thrown);
        } finally {
            inStep = false;
        }
        if (ending != null && phase == Phase.OPEN) {
            ended(false);
        }
    }

    // Our own code on the event loop: a mistake in it, or no memory, ends this connection, and
    // never reaches the loop, on which thousands of others depend.
    void guarded(Runnable code) {
        try {
            code.run();
        } catch (RuntimeException | Error thrown) {
            failed(thrown);
        }
    }

    private void failed(Throwable thrown) {
        listener.failures().add(thrown);
        end(SessionEnd.FAILED, thrown.getClass().getName());
    }

    // Input.

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        if (phase != Phase.OPEN || closing != null) {
            discarded += read.readableBytes();
            Input.wipe(read);
            if (discarded > MAX_DISCARDED && phase == Phase.ENDED) {
                encryption.close();
            }
            return;
        }
        quietSince = now();
        if (!input.add(read)) {
            end(SessionEnd.LIMIT, "too much input before its end");
        } else if (!turnDue) {
            turn();
        }
    }

    // One call of the protocol with what there is; the rest, if it wants it now, in a later turn.
    private void turn() {
        if (mayDeliver()) {
            ByteBuffer view = input.view();
            step(
                    () -> {
                        inInput = true;
                        try {
                            protocolSession.input(view);
                        } finally {
                            inInput = false;
                        }
                    });
            if (phase == Phase.OPEN && encryption.isDue()) {
                // What is too long for the protocol it ends by itself.
                beginTls(Long.MAX_VALUE);
            } else if (phase == Phase.OPEN && !input.isEmpty()) {
                if (view.position() > 0) {
                    input.took(view.position());
                } else if (!paused && closing == null) {
                    end(SessionEnd.FAILED, "the protocol took no input");
                }
            }
        }
        if (mayDeliver()) {
            turnLater();
        }
        settle();
    }

    private boolean mayDeliver() {
        return phase == Phase.OPEN
                && closing == null
                && protocolSession != null
                && !encryption.isHandshaking()
                && !paused
                && !input.isEmpty()
                && mayWrite();
    }

    // Within the budget of all connections up to the mark, beyond it nothing while something waits.
    private boolean mayWrite() {
        if (channel.isWritable() && !output.isSent() && isBudgetSpent()) {
            heldBack = true;
            return false;
        }
        return channel.isWritable();
    }

    private boolean isBudgetSpent() {
        return listener.engine().budget().isSpent(listener.limits(), listener.failures());
    }

    private void turnLater() {
        if (!turnDue) {
            turnDue = true;
            loop.execute(
                    () -> {
                        turnDue = false;
                        guarded(this::turn);
                    });
        }
    }

    // After anything has happened: whether to read, whether all is over, when to look again.
    void settle() {
        if (phase != Phase.OPEN || inStep) {
            return;
        }
        boolean room = closing == null && input.isEmpty() && !inputEnded;
        boolean wanted = room && !paused;
        // In clear also while the protocol rests: most clients wait for its answer, and it costs
        // two system calls to stop reading and to begin again. What does come is kept, and stops
        // it. Over TLS much can come of which nothing is kept, such as changes of keys.
        boolean reading = wanted || (room && !encryption.isEstablished());
        channel.config().setAutoRead(encryption.isHandshaking() || (reading && mayWrite()));
        if (closing != null && (output.isSent() || isOutOfTime())) {
            ending = closing;
            ended(output.isSent() && !encryption.isHandshaking());
            return;
        }
        if (inputEnded && encryption.isHandshaking()) {
            tlsFailed(Encryption.LEFT);
            return;
        }
        if (inputEnded
                && closing == null
                && !paused
                && !turnDue
                && input.isEmpty()
                && working == 0
                && output.isSent()) {
            end(SessionEnd.DISCONNECTED, "");
            return;
        }
        long due = Long.MAX_VALUE;
        if (encryption.isHandshaking()) {
            due = encryption.deadline();
        } else if (!output.isSent()) {
            due = output.deadline(closing != null);
        } else if (wanted) {
            due = quietSince + idleTimeout.toNanos();
        }
        alarm.noLaterThan(due, now());
    }

    // A handshake, in which nothing can be said any more, is no way to get more time.
    private boolean isOutOfTime() {
        return closing.end() == SessionEnd.LOGIN_TIMEOUT && encryption.isHandshaking();
    }

    private void look() {
        if (phase != Phase.OPEN) {
            return;
        }
        long now = now();
        if (encryption.isHandshaking()) {
            if (now >= encryption.deadline()) {
                tlsFailed(Encryption.TOO_SLOW);
            }
        } else if (!output.isSent()) {
            if (output.isStalled(now, closing != null)) {
                end(SessionEnd.STALLED, "");
            }
        } else if (!paused
                && closing == null
                && input.isEmpty()
                && !inputEnded
                && now - quietSince >= idleTimeout.toNanos()) {
            end(SessionEnd.IDLE, "");
        }
        settle();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            guarded(() -> handshaken(completion));
        } else if (event == ChannelInputShutdownEvent.INSTANCE
                || event == SslCloseCompletionEvent.SUCCESS) {
            inputEnded = true;
            if (phase == Phase.ENDED) {
                encryption.close();
            }
            settle();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lost();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean ofTls = encryption.hasFailedBy(cause);
        if (ofTls) {
            tlsFailed(cause);
        } else if (cause instanceof IOException) {
            lost();
        } else {
            failed(cause);
        }
        if (phase == Phase.ENDED && !ofTls) {
            encryption.close();
        }
    }

    // What was decided stays: a client that resets after QUIT has had its update.
    void lost() {
        Ending cause = closing == null ? new Ending(SessionEnd.DISCONNECTED, "") : closing;
        end(cause.end(), cause.detail());
    }

    // Output.

    @Override
    public OutputBuffer allocate() {
        return pool.allocate();
    }

    @Override
    public void send(OutputBuffer buffer) {
        onLoop();
        if (phase == Phase.OPEN && closing == null && buffer.bytes().position() > 0) {
            output.send(buffer, now());
        } else {
            buffer.release();
        }
    }

    /** The kernel has taken everything. */
    void allSent() {
        quietSince = now();
        if (heldBack) {
            wake();
        }
        settle();
    }

    @Override
    public boolean writable() {
        return phase == Phase.OPEN && closing == null && mayWrite();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        wake();
    }

    private void wake() {
        if (inStep) {
            loop.execute(() -> guarded(this::writabilityChanged));
        } else {
            writabilityChanged();
        }
    }

    private void writabilityChanged() {
        if (writable() && protocolSession != null) {
            heldBack = false;
            step(protocolSession::writable);
            if (mayDeliver()) {
                turnLater();
            }
        }
        settle();
    }

    // What the protocol asks for.

    @Override
    public Session session() {
        return session;
    }

    @Override
    public Duration age() {
        return Duration.ofNanos(now());
    }

    @Override
    public ListenerSettings listener() {
        return settings;
    }

    @Override
    public boolean passwordsAllowed() {
        return encryption.isEstablished()
                || (!encryption.isHandshaking() && admitted.passwordsAllowed());
    }

    @Override
    public boolean canEncrypt() {
        return phase == Phase.OPEN && closing == null && encryption.isOffered();
    }

    @Override
    public void encrypt() {
        onLoop();
        if (!inInput || !canEncrypt()) {
            throw new IllegalStateException("this connection cannot be encrypted now");
        }
        encryption.ask();
    }

    @Override
    public Optional<TlsSession> tls() {
        return encryption.session();
    }

    @Override
    public void pause() {
        onLoop();
        paused = true;
        changed();
    }

    @Override
    public void resume() {
        onLoop();
        if (paused) {
            paused = false;
            quietSince = now();
            if (phase == Phase.OPEN && (!inStep || !input.isEmpty())) {
                turnLater();
            }
        }
    }

    @Override
    public void idleTimeout(Duration timeout) {
        onLoop();
        idleTimeout = timeout;
        quietSince = now();
        changed();
    }

    @Override
    public void close(SessionEnd end, String detail) {
        onLoop();
        if (phase == Phase.OPEN && closing == null) {
            closing = new Ending(end, detail);
            output.closing(now());
            changed();
        }
    }

    // Never settles inside the protocol's own call: what it began, it completes first.
    private void changed() {
        if (phase == Phase.OPEN && !inStep) {
            turnLater();
        }
    }

    @Override
    public boolean work(Runnable task) {
        onLoop();
        working++;
        boolean accepted =
                serial.submit(
                        () -> {
                            try {
                                task.run();
                            } catch (RuntimeException | Error thrown) {
                                listener.failures().add(thrown);
                                execute(() -> end(SessionEnd.FAILED, thrown.getClass().getName()));
                            } finally {
                                // After what the task itself has sent to the loop.
                                execute(() -> working--);
                            }
                        });
        if (!accepted) {
            working--;
        }
        return accepted;
    }

    @Override
    public void execute(Runnable task) {
        try {
            loop.execute(() -> onItsTurn(task));
        } catch (RejectedExecutionException closed) {
            // The loops have ended and with them the session; what it holds must still be released.
            synchronized (this) {
                step(task);
            }
        }
    }

    private void onItsTurn(Runnable task) {
        guarded(
                () -> {
                    step(task);
                    settle();
                });
    }

    @Override
    public Cancellable schedule(Runnable task, Duration after) {
        onLoop();
        try {
            ScheduledFuture<?> scheduled =
                    loop.schedule(() -> onItsTurn(task), after.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    // Off its thread a connection would fail rarely and inexplicably; so it fails at once.
    private void onLoop() {
        if (phase != Phase.ENDED && !loop.inEventLoop()) {
            throw new IllegalStateException("not on the connection's event loop");
        }
    }

    private long now() {
        return System.nanoTime() - began;
    }
}

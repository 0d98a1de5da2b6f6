package org.postern.listener.internal;

import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postern.api.check.StartupCheck;
import org.postern.api.helper.Helper;
import org.postern.api.limits.Limits;
import org.postern.api.posix.Posix;
import org.postern.api.protocol.ListenerReport;
import org.postern.api.protocol.ListenerReport.State;
import org.postern.api.protocol.MailListener;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.Sessions;
import org.postern.listener.internal.tls.Tls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configured listener: its port and the connections that came through it. A port that cannot be
 * opened is tried again every few seconds, so that nobody has to touch the configuration after the
 * cause is gone. A change of address opens the new port before it closes the old one, and ends no
 * session; while the new one cannot be opened, the old one stays.
 */
final class Listener implements MailListener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    /** For sessions that were told to end at once: no more than bookkeeping is left to do. */
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(2);

    /** Not within the caller's time, and without spinning where all workers are busy. */
    private static final Duration SOON = Duration.ofMillis(10);

    /** A socket that was not written to before takes this at once ({@code Protocol.busy}). */
    private static final int MAX_WORD = 200;

    private static final byte[] NOTHING = {};

    private final String name;
    private final Engine engine;
    private final Sessions sessions;
    private final Limits limits;
    private final Posix posix;
    private final Tls tls;
    private final Protocols protocols;
    private final Startup startup;
    private final HelperSockets helperSockets;
    private final FailureLog failures;
    private final Set<NettyConnection> connections = ConcurrentHashMap.newKeySet();
    private final ProxiedPeers proxied = new ProxiedPeers(this);

    private volatile Optional<ListenerConfiguration> configuration = Optional.empty();
    private volatile Optional<Acceptor> acceptor = Optional.empty();
    private volatile String problem = "";
    private volatile boolean closing;
    private int looks;

    Listener(
            String name,
            Engine engine,
            Sessions sessions,
            Limits limits,
            Posix posix,
            Tls tls,
            Protocols protocols,
            Swappable<StartupCheck> check,
            Swappable<Helper> helper) {
        this.name = name;
        this.engine = engine;
        this.sessions = sessions;
        this.limits = limits;
        this.posix = posix;
        this.tls = tls;
        this.protocols = protocols;
        startup = new Startup(name, check, engine.timing().startup());
        helperSockets = new HelperSockets(helper);
        failures = new FailureLog(name, "a session failed");
        tls.looked().thenRun(this::lookAgain);
    }

    /**
     * Takes up a configuration. Blocks until the port is open or refused; but the helper, who may
     * take long to answer, is asked on a worker.
     */
    synchronized void configure(ListenerConfiguration changed) {
        configuration = Optional.of(changed);
        if (changed.viaHelper()) {
            problem = "asks the helper for its socket";
            look(SOON);
        } else {
            open(changed, true);
        }
    }

    /** A protocol has come or gone. */
    void protocolsChanged() {
        acceptor.ifPresent(Acceptor::update);
    }

    /** Something that it may have waited for has come. Does not block. */
    void lookAgain() {
        engine.later(this::openAgain, SOON);
    }

    /** Closes the port, lets the sessions end, and ends those that take too long. */
    void close() {
        closing = true;
        Optional<Acceptor> last;
        synchronized (this) {
            last = acceptor;
            acceptor = Optional.empty();
        }
        last.ifPresent(Acceptor::close);
        proxied.close();
        List<NettyConnection> ending = List.copyOf(connections);
        ending.forEach(NettyConnection::drain);
        if (!await(ending, engine.timing().drain())) {
            ending.forEach(connection -> connection.finish(SessionEnd.DRAINED));
            if (!await(ending, LAST_PATIENCE)) {
                LOG.error("listener {}: {} sessions do not end", name, connections.size());
            }
        }
    }

    private static boolean await(List<NettyConnection> ending, Duration patience) {
        CompletableFuture<?>[] gone =
                ending.stream().map(NettyConnection::gone).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(gone).get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public ListenerReport report() {
        Optional<Acceptor> open = acceptor;
        Optional<ListenerConfiguration> known = configuration;
        State state = state(open);
        String detail = problem;
        if (state == State.WAITING && detail.isEmpty()) {
            detail =
                    hasProtocol()
                            ? "waiting for a limits policy: is the bundle of one started?"
                            : "waiting for the protocol "
                                    + known.map(ListenerConfiguration::protocol).orElse("")
                                    + ": is its bundle started?";
        }
        TlsMode mode = known.map(ListenerConfiguration::tls).orElse(TlsMode.NONE);
        String encryption = mode == TlsMode.NONE ? "" : tls.problem();
        if (!encryption.isEmpty() && !detail.contains(encryption)) {
            detail = detail.isEmpty() ? encryption : detail + "; " + encryption;
        }
        return new ListenerReport(
                name,
                known.map(ListenerConfiguration::protocol).orElse(""),
                known.map(ListenerConfiguration::address).orElse(""),
                open.map(Acceptor::port)
                        .or(() -> known.map(c -> c.socketAddress().getPort()))
                        .orElse(0),
                mode.name().toLowerCase(Locale.ROOT),
                state,
                connections.size(),
                known.map(ListenerConfiguration::proxies).orElse(List.of()),
                detail);
    }

    private State state(Optional<Acceptor> open) {
        if (closing) {
            return State.DRAINING;
        }
        if (open.isEmpty()) {
            return State.REFUSED;
        }
        return hasProtocol() && !open.get().isDelayed() ? State.OPEN : State.WAITING;
    }

    // Opening and moving.

    private void open(ListenerConfiguration wanted, boolean mayInterrupt) {
        if (closing) {
            return;
        }
        Optional<String> objection = Privilege.objection(posix);
        if (objection.isPresent()) {
            acceptor.ifPresent(Acceptor::close);
            acceptor = Optional.empty();
            refused("does not open: " + objection.get());
            look(engine.timing().retry());
            return;
        }
        if (wanted.tls() == TlsMode.IMPLICIT && tls.context().isEmpty()) {
            acceptor.ifPresent(Acceptor::close);
            acceptor = Optional.empty();
            if (tls.looked().toCompletableFuture().isDone()) {
                refused("does not open: it has no certificate and key for tls = implicit");
            } else {
                problem = "waits for its certificate";
            }
            look(engine.timing().lookAgain());
            return;
        }
        Optional<Acceptor> old = acceptor;
        boolean stays = old.isPresent() && old.get().isOn(wanted);
        if (!stays) {
            Optional<String> found = startup.objection(wanted.startupCheck());
            if (found.isPresent()) {
                problem = found.get();
                look(engine.timing().lookAgain());
                return;
            }
            try {
                acceptor =
                        Optional.of(
                                wanted.viaHelper()
                                        ? adopt(old, wanted)
                                        : move(old, wanted.socketAddress(), mayInterrupt));
            } catch (IOException failed) {
                if (wanted.viaHelper()) {
                    refused(failed.getMessage());
                    look(engine.timing().lookAgain());
                } else {
                    refused(
                            BindProblem.of(failed)
                                    .text(wanted.socketAddress(), wanted.address(), failed));
                    look(engine.timing().retry());
                }
                return;
            }
            LOG.info(
                    "listener {}: port {} on {} is open{}",
                    name,
                    acceptor.get().port(),
                    wanted.address(),
                    wanted.viaHelper() ? ", by the helper" : "");
        }
        problem = "";
        protocolsChanged();
        if (!stays) {
            old.ifPresent(Acceptor::close);
        }
    }

    // A port of our own on which the helper cannot listen is given up for it: the helper tries
    // again, and so do we.
    private Acceptor adopt(Optional<Acceptor> old, ListenerConfiguration wanted)
            throws IOException {
        try {
            return Acceptor.adopt(this, helperSockets.take(wanted));
        } catch (HelperSockets.NotHeldException notHeld) {
            if (old.isPresent()
                    && !old.get().isAdopted()
                    && old.get().port() == wanted.socketAddress().getPort()) {
                acceptor = Optional.empty();
                old.get().close();
            }
            throw notHeld;
        }
    }

    // The new port first. Where the old one itself is in the way (the same port on other addresses)
    // it has to go first, and comes back if that was in vain; not again at each retry, for those
    // who wait in its backlog lose their connection.
    private Acceptor move(Optional<Acceptor> old, InetSocketAddress address, boolean mayInterrupt)
            throws IOException {
        try {
            return Acceptor.open(this, address);
        } catch (IOException failed) {
            if (!mayInterrupt
                    || old.isEmpty()
                    || old.get().isAdopted()
                    || old.get().port() != address.getPort()
                    || BindProblem.of(failed) != BindProblem.IN_USE) {
                throw failed;
            }
        }
        InetSocketAddress before = old.get().address();
        old.get().close();
        try {
            return Acceptor.open(this, address);
        } catch (IOException failed) {
            acceptor = Optional.empty();
            acceptor = Optional.of(Acceptor.open(this, before));
            protocolsChanged();
            throw failed;
        }
    }

    private void refused(String why) {
        if (!why.equals(problem)) {
            problem = why;
            LOG.error("listener {}: {}", name, why);
        }
    }

    // Only the newest look takes place, so that there is never more than one to come.
    private void look(Duration after) {
        int mine = ++looks;
        engine.later(
                () -> {
                    synchronized (this) {
                        if (mine == looks) {
                            openAgain();
                        }
                    }
                },
                after);
    }

    private synchronized void openAgain() {
        if (problem.isEmpty()) {
            return;
        }
        try {
            configuration.ifPresent(wanted -> open(wanted, false));
        } catch (RuntimeException | Error thrown) {
            // Whatever it was, it must not be the last look.
            failures.add(thrown);
            refused("does not open: " + thrown.getClass().getName());
            look(engine.timing().retry());
        }
    }

    // What its parts share.

    String name() {
        return name;
    }

    Engine engine() {
        return engine;
    }

    Sessions sessions() {
        return sessions;
    }

    Limits limits() {
        return limits;
    }

    Tls tls() {
        return tls;
    }

    Protocols protocols() {
        return protocols;
    }

    ProxiedPeers proxied() {
        return proxied;
    }

    FailureLog failures() {
        return failures;
    }

    /** What is in force; there is some whenever a port is open. */
    ListenerConfiguration configuration() {
        return configuration.orElseThrow();
    }

    boolean hasProtocol() {
        return configuration.isPresent() && protocols.has(configuration.get().protocol());
    }

    /** An admitted connection becomes a session, or is abandoned. */
    void connect(Admitted admitted, SocketChannel channel) {
        NettyConnection connection = new NettyConnection(admitted, channel, engine.nextLoop());
        connections.add(connection);
        connection.start();
    }

    /** The same, of a connection that is on its event loop already, on that loop. */
    void connectProxied(Admitted admitted, SocketChannel channel) {
        NettyConnection connection = new NettyConnection(admitted, channel, channel.eventLoop());
        connections.add(connection);
        connection.takeOver();
    }

    /**
     * A connection is not admitted: it is told so if that costs little, and closed. On its event
     * loop, if it has one.
     *
     * @param slot its place, which is given back
     */
    void turnAway(
            SocketChannel channel,
            InetSocketAddress source,
            Optional<Engine.Slot> slot,
            String reason) {
        // Before it has gone: those who are turned away must not keep out who would be let in.
        slot.ifPresent(Engine.Slot::close);
        byte[] word = lastWord();
        if (word.length > 0 && engine.courtesy().extend()) {
            Farewell.say(word, channel, engine);
        } else {
            channel.unsafe().closeForcibly();
        }
        refused(source, reason);
    }

    /** What who is not admitted reads: nothing, where it would have to be enciphered first. */
    private byte[] lastWord() {
        if (configuration().tls() == TlsMode.IMPLICIT) {
            return NOTHING;
        }
        try {
            Optional<Protocols.Lease> lease = protocols.lease(configuration().protocol());
            byte[] word = lease.map(protocol -> protocol.protocol().busy()).orElse(NOTHING);
            lease.ifPresent(Protocols.Lease::close);
            return word.length > MAX_WORD ? NOTHING : word;
        } catch (RuntimeException | Error thrown) {
            failures.add(thrown);
            return NOTHING;
        }
    }

    /** For the log: somebody was not let in. */
    void refused(InetSocketAddress source, String reason) {
        try {
            sessions.refused(name, source, reason);
        } catch (RuntimeException | Error thrown) {
            failures.add(thrown);
        }
    }

    void remove(NettyConnection connection) {
        connections.remove(connection);
    }
}

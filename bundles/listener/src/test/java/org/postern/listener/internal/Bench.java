package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.epoll.Epoll;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.postern.api.check.StartupCheck;
import org.postern.api.helper.Helper;
import org.postern.api.net.Network;
import org.postern.api.protocol.Connection;
import org.postern.api.protocol.ListenerReport.State;
import org.postern.api.protocol.Protocol;
import org.postern.api.protocol.ProtocolSession;

/**
 * A listener on a free loopback port with everything around it faked, and clients for it. Waiting
 * is for conditions, with a deadline that only a failure reaches.
 */
final class Bench implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration NEVER = Duration.ofHours(1);

    /** Nothing times out by itself. */
    static final Timing PATIENT =
            new Timing(
                    NEVER,
                    32 * 1024,
                    NEVER,
                    Duration.ofMillis(500),
                    PATIENCE,
                    Duration.ofMillis(20),
                    Duration.ofMillis(20),
                    NEVER,
                    Duration.ofMillis(50),
                    NEVER,
                    NEVER);

    final Engine engine;
    final FakeLimits limits = new FakeLimits();
    final FakeSessions sessions = new FakeSessions();
    final FakePosix posix = new FakePosix();
    final FakeTls tls = new FakeTls();
    final Protocols protocols = new Protocols(PATIENCE);
    final Swappable<StartupCheck> check = new Swappable<>(PATIENCE);
    final Swappable<Helper> helper = new Swappable<>(PATIENCE);
    final Listener listener;
    final BlockingQueue<TestSession> opened = new LinkedBlockingQueue<>();
    volatile String busy = "";
    volatile Optional<Duration> loginTimeout = Optional.empty();

    Bench(boolean epoll, Timing timing, int ceiling) {
        engine = new Engine(epoll && Epoll.isAvailable(), new Workers(4, 64), ceiling, timing);
        check.set(List::of);
        listener = newListener();
    }

    Bench(boolean epoll, Timing timing) {
        this(epoll, timing, 5_000);
    }

    /** Another one, with all the same around it. */
    Listener newListener() {
        return new Listener("test", engine, sessions, limits, posix, tls, protocols, check, helper);
    }

    /** Opens a free port that demands PROXY headers of these networks, and echoes. */
    Bench behind(String... proxies) {
        listener.configure(on("127.0.0.1", 0, proxies));
        assertEquals("", problem());
        speak(TestSession::new);
        return this;
    }

    /** Opens a free port and speaks what the session does. */
    Bench serving(Function<Connection, TestSession> session) {
        listener.configure(on(0));
        assertEquals("", problem());
        speak(session);
        return this;
    }

    Protocol speak(Function<Connection, TestSession> session) {
        Protocol protocol =
                new Protocol() {
                    @Override
                    public ProtocolSession open(Connection connection) {
                        TestSession begun = session.apply(connection);
                        opened.add(begun);
                        return begun;
                    }

                    @Override
                    public Optional<Duration> loginTimeout() {
                        return loginTimeout;
                    }

                    @Override
                    public byte[] busy() {
                        return busy.getBytes(StandardCharsets.US_ASCII);
                    }
                };
        protocols.add(protocol, "test", 0);
        listener.protocolsChanged();
        return protocol;
    }

    static ListenerConfiguration on(int port) {
        return on("127.0.0.1", port);
    }

    static ListenerConfiguration on(int port, TlsMode tls, String... proxies) {
        return on("127.0.0.1", port, tls, proxies);
    }

    static ListenerConfiguration on(String address, int port, String... proxies) {
        return on(address, port, TlsMode.NONE, proxies);
    }

    private static ListenerConfiguration on(
            String address, int port, TlsMode tls, String... proxies) {
        try {
            return new ListenerConfiguration(
                    "test",
                    address,
                    new InetSocketAddress(
                            InetAddress.getByAddress(
                                    NetUtil.createByteArrayFromIpAddressString(address)),
                            port),
                    tls,
                    PlaintextLogin.LOOPBACK,
                    List.of(),
                    List.of(),
                    Duration.ofHours(1),
                    false,
                    Stream.of(proxies).map(Network::parse).toList(),
                    StartupMode.ENFORCE);
        } catch (IOException notLiteral) {
            throw new IllegalArgumentException(notLiteral);
        }
    }

    int port() {
        return listener.report().port();
    }

    String problem() {
        return listener.report().state() == State.REFUSED ? listener.report().detail() : "";
    }

    Client connect() throws IOException {
        return new Client(new Socket(InetAddress.getLoopbackAddress(), port()));
    }

    TestSession session() throws InterruptedException {
        return next(opened);
    }

    FakeSessions.End end() throws InterruptedException {
        return next(sessions.ends);
    }

    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(next, "nothing came");
        return next;
    }

    /** For what nobody announces. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, what);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Every test ends with closed books and nothing left over. */
    @Override
    public void close() {
        listener.close();
        assertEquals(0, listener.report().sessions());
        await("the books are not balanced", limits::balanced);
        await("buffers are left over", () -> engine.outputs().outstanding() == 0);
        engine.close();
        await("sockets are left over", () -> engine.connections() == 0);
    }

    /** A mail client's end. */
    static final class Client implements AutoCloseable {
        final Socket socket;
        private final InputStream in;

        Client(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.setTcpNoDelay(true);
            in = socket.getInputStream();
        }

        void send(String text) throws IOException {
            send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void send(byte[] octets) throws IOException {
            socket.getOutputStream().write(octets);
        }

        void finish() throws IOException {
            socket.shutdownOutput();
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        String read(int octets) throws IOException {
            byte[] read = in.readNBytes(octets);
            return new String(read, StandardCharsets.ISO_8859_1);
        }

        /** Everything until the server's end closes. */
        String rest() throws IOException {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }

        /** Whether the server has closed, politely or not, without another octet. */
        boolean isOver() throws IOException {
            try {
                return in.read() < 0;
            } catch (java.net.SocketException reset) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}

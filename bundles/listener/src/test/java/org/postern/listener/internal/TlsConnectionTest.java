package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;
import org.postern.api.net.TlsSession;
import org.postern.api.protocol.Connection;
import org.postern.api.protocol.Protocol;
import org.postern.api.session.SessionEnd;
import org.postern.listener.internal.Bench.Client;
import org.postern.listener.internal.tls.TestContexts;
import org.postern.listener.internal.tls.TestPair;

/** Encryption of one connection, with the JDK's own client at the other end. */
@ParameterizedClass(name = "epoll {0}, {1}")
@CsvSource({"true, jdk", "false, boringssl"})
class TlsConnectionTest {
    private static TestPair.Made pair;
    private static TlsClient client;

    private final String engine;
    private final Bench bench;

    TlsConnectionTest(boolean epoll, String engine) {
        this.engine = engine;
        bench = new Bench(epoll, Bench.PATIENT);
    }

    @BeforeAll
    static void make() throws Exception {
        pair = TestPair.of("mail.example.org").make();
        client = TlsClient.anonymous();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private TestContexts of(TestPair.Made shown) {
        return TestContexts.of(shown).with("engine", engine);
    }

    private void serving(TlsMode mode, Function<Connection, TestSession> session) throws Exception {
        serving(mode, of(pair), session);
    }

    private void serving(
            TlsMode mode, TestContexts contexts, Function<Connection, TestSession> session)
            throws Exception {
        bench.tls.context = Optional.of(contexts.make());
        bench.listener.configure(Bench.on(0, mode));
        assertEquals("", bench.problem());
        bench.speak(session);
    }

    /** Greets, echoes, and knows STLS. */
    private static class Talker extends TestSession {
        final StringBuilder heard = new StringBuilder();

        Talker(Connection connection) {
            super(connection);
            send("hello\r\n");
        }

        @Override
        public void input(ByteBuffer input) {
            String text = text(input);
            heard.append(text);
            if (text.startsWith("STLS\r\n")) {
                send("+OK\r\n");
                connection.encrypt();
            } else if (text.equals("QUIT\r\n")) {
                send("bye\r\n");
                connection.close(SessionEnd.QUIT, "");
            } else {
                send(text);
            }
        }
    }

    @Test
    void implicitTlsGreetsAfterTheHandshakeAndEndsInOrder() throws Exception {
        serving(TlsMode.IMPLICIT, Talker::new);
        for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
            try (Client secured = new Client(client.connect(bench.port(), version))) {
                assertEquals("hello\r\n", secured.read(7));
                TestSession session = bench.session();
                assertEquals(TlsLevel.ENCRYPTED, session.connection.session().info().tls());
                assertEquals(version, session.connection.session().info().tlsVersion());
                assertEquals(version, session.connection.tls().orElseThrow().version());
                assertTrue(session.connection.passwordsAllowed());
                assertFalse(session.connection.canEncrypt());
                secured.send("one\r\n");
                assertEquals("one\r\n", secured.read(5));
                secured.send("QUIT\r\n");
                // A client that got no close_notify would throw here.
                assertEquals("bye\r\n", secured.rest());
                assertEquals(new FakeSessions.End(SessionEnd.QUIT, ""), bench.end());
            }
        }
    }

    @Test
    void stlsAnswersInClearAndForgetsWhatCameBehindIt() throws Exception {
        serving(TlsMode.STARTTLS, Talker::new);
        try (Client plain = bench.connect()) {
            assertEquals("hello\r\n", plain.read(7));
            Talker session = (Talker) bench.session();
            assertTrue(session.connection.canEncrypt());
            assertEquals(Optional.empty(), session.connection.tls());
            plain.send("STLS\r\n");
            assertEquals("+OK\r\n", plain.read(5));
            SSLSocket socket = client.over(plain.socket);
            try (Client secured = new Client(socket)) {
                secured.send("two\r\n");
                assertEquals("two\r\n", secured.read(5));
                assertEquals("STLS\r\ntwo\r\n", session.heard.toString());
                assertFalse(session.connection.canEncrypt());
                assertEquals(TlsLevel.ENCRYPTED, session.connection.session().info().tls());
                assertEquals(
                        socket.getSession().getCipherSuite(),
                        session.connection.tls().orElseThrow().cipherSuite());
            }
        }
    }

    @Test
    void withoutACertificateNothingIsOffered() throws Exception {
        bench.listener.configure(Bench.on(0, TlsMode.STARTTLS));
        bench.tls.problem = "org.postern.tls.cfg: it has none";
        bench.speak(Talker::new);
        try (Client plain = bench.connect()) {
            plain.read(7);
            TestSession session = bench.session();
            assertFalse(session.connection.canEncrypt());
            assertThrows(IllegalStateException.class, session.connection::encrypt);
        }
        assertEquals("starttls", bench.listener.report().tls());
        assertEquals("org.postern.tls.cfg: it has none", bench.listener.report().detail());
    }

    @Test
    void olderVersionsAreRefused() throws Exception {
        serving(TlsMode.IMPLICIT, of(pair).with("minimumVersion", "TLSv1.3"), Talker::new);
        assertThrows(SSLException.class, () -> client.connect(bench.port(), "TLSv1.2"));
        assertEquals(new FakeSessions.End(SessionEnd.TLS_FAILED, "no common version"), bench.end());
        client.connect(bench.port(), "TLSv1.3").close();
    }

    @Test
    void plainOctetsEndIt() throws Exception {
        serving(TlsMode.IMPLICIT, Talker::new);
        try (Client plain = bench.connect()) {
            plain.send("USER anna\r\nPASS secret\r\n");
            assertTrue(plain.isOver());
        }
        assertEquals(new FakeSessions.End(SessionEnd.TLS_FAILED, "no TLS"), bench.end());
    }

    @Test
    void aHandshakeTakesItsTimeFromTheLogins() throws Exception {
        bench.loginTimeout = Optional.of(Duration.ofMillis(200));
        serving(TlsMode.IMPLICIT, Talker::new);
        try (RawTls raw = new RawTls(client.engine(), bench.port(), "TLSv1.3")) {
            byte[] hello = raw.hello();
            raw.write(hello, 0, hello.length / 2);
            assertTrue(raw.socket.getInputStream().read() < 0);
        }
        assertEquals(new FakeSessions.End(SessionEnd.TLS_FAILED, "too slow"), bench.end());

        bench.loginTimeout = Optional.of(Bench.PATIENCE);
        try (RawTls raw = new RawTls(client.engine(), bench.port(), "TLSv1.3")) {
            byte[] hello = raw.hello();
            raw.write(hello, 0, hello.length / 2);
            Bench.await("a second session", () -> bench.sessions.begun.get() == 2);
            long begun = System.nanoTime();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            Duration waited = Duration.ofNanos(System.nanoTime() - begun);
            raw.write(hello, hello.length / 2, hello.length);
            assertEquals("hello\r\n", raw.handshake().read(7));
            Duration age = bench.session().connection.age();
            assertTrue(age.compareTo(waited) >= 0, age + " after " + waited);
        }
    }

    @Test
    void aLoginTimeoutDoesNotWaitForAHandshake() throws Exception {
        serving(
                TlsMode.STARTTLS,
                connection ->
                        new Talker(connection) {
                            @Override
                            public void input(ByteBuffer input) {
                                super.input(input);
                                connection.schedule(
                                        () -> {
                                            send("-ERR too late\r\n");
                                            connection.close(SessionEnd.LOGIN_TIMEOUT, "");
                                        },
                                        Duration.ofMillis(50));
                            }
                        });
        try (Client plain = bench.connect()) {
            plain.send("STLS\r\n");
            assertEquals("hello\r\n+OK\r\n", plain.read(12));
            assertTrue(plain.isOver());
        }
        assertEquals(new FakeSessions.End(SessionEnd.LOGIN_TIMEOUT, ""), bench.end());
        try (Client plain = bench.connect()) {
            plain.send("NOOP\r\n");
            assertEquals("hello\r\nNOOP\r\n-ERR too late\r\n", plain.rest());
        }
    }

    @Test
    void aProtocolThatGoesDoesNotWaitForHandshakes() throws Exception {
        bench.tls.context = Optional.of(of(pair).make());
        bench.listener.configure(Bench.on(0, TlsMode.IMPLICIT));
        Protocol old = bench.speak(Talker::new);
        try (RawTls raw = new RawTls(client.engine(), bench.port(), "TLSv1.3")) {
            byte[] hello = raw.hello();
            raw.write(hello, 0, hello.length / 2);
            Bench.await("the session", () -> bench.sessions.begun.get() == 1);
            // It would wait for a lease for as long as any test may take.
            CompletableFuture.runAsync(() -> bench.protocols.remove(old))
                    .get(Bench.PATIENCE.toMillis() / 2, TimeUnit.MILLISECONDS);
            raw.write(hello, hello.length / 2, hello.length);
            raw.handshake();
            bench.speak(
                    connection -> {
                        TestSession begun = new TestSession(connection);
                        begun.send("new\r\n");
                        return begun;
                    });
            assertEquals("new\r\n", raw.read(5));
            raw.send("one\r\n");
            assertEquals("one\r\n", raw.read(5));
        }
    }

    @Test
    void aProtocolThatStaysAwayIsNotWaitedForLongerThanAHandshake() throws Exception {
        bench.tls.context = Optional.of(of(pair).with("handshakeTimeout", "2").make());
        bench.listener.configure(Bench.on(0, TlsMode.IMPLICIT));
        Protocol old = bench.speak(Talker::new);
        try (RawTls raw = new RawTls(client.engine(), bench.port(), "TLSv1.3")) {
            byte[] hello = raw.hello();
            raw.write(hello, 0, hello.length / 2);
            Bench.await("the session", () -> bench.sessions.begun.get() == 1);
            bench.protocols.remove(old);
            raw.write(hello, hello.length / 2, hello.length);
            raw.handshake();
            assertEquals(
                    new FakeSessions.End(SessionEnd.DRAINED, "its protocol has gone"), bench.end());
        }
    }

    private static String shown(SSLSocket socket) throws Exception {
        var certificate =
                (java.security.cert.X509Certificate) socket.getSession().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }

    @Test
    void theNameThatIsAskedForChooses() throws Exception {
        TestContexts contexts =
                of(TestPair.of().subject("CN=default").make())
                        .named("pop.example.org", TestPair.of().subject("CN=pop").make())
                        .named("*.example.net", TestPair.of().subject("CN=any").make());
        serving(TlsMode.IMPLICIT, contexts, Talker::new);
        for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
            String[][] expected = {
                {"", "CN=default"},
                {"pop.example.org", "CN=pop"},
                {"POP.Example.ORG", "CN=pop"},
                {"a.example.net", "CN=any"},
                {"a.b.example.net", "CN=default"},
                {"example.net", "CN=default"},
                {"other.example", "CN=default"}
            };
            for (String[] each : expected) {
                try (SSLSocket socket =
                        TlsClient.anonymous()
                                .asking(
                                        new Socket(InetAddress.getLoopbackAddress(), bench.port()),
                                        each[0],
                                        version)) {
                    assertEquals(each[1], shown(socket), each[0]);
                }
            }
        }
    }

    @Test
    void whatIsReplacedHoldsForTheNextHandshake() throws Exception {
        serving(TlsMode.IMPLICIT, of(TestPair.of().subject("CN=old").make()), Talker::new);
        try (SSLSocket before = client.connect(bench.port())) {
            assertEquals("CN=old", shown(before));
            bench.tls.context = Optional.of(of(TestPair.of().subject("CN=new").make()).make());
            // The client offers to resume: that must not bring the old one back.
            try (SSLSocket after = client.connect(bench.port())) {
                assertEquals("CN=new", shown(after));
            }
            Client secured = new Client(before);
            secured.send("one\r\n");
            assertEquals("hello\r\none\r\n", secured.read(12));
        }
    }

    @Test
    void clientsWithCertificates() throws Exception {
        TestPair.Made authority = TestPair.of().subject("CN=authority").authority().make();
        TestPair.Made anna = TestPair.of().email("anna@example.org").make(authority);
        serving(TlsMode.IMPLICIT, of(pair).clients("wanted", authority), Talker::new);
        for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
            try (SSLSocket known = TlsClient.showing(anna).connect(bench.port(), version)) {
                assertTrue(known.isConnected());
                Connection connection = bench.session().connection;
                assertEquals(TlsLevel.CLIENT_VERIFIED, connection.session().info().tls());
                assertEquals(
                        Optional.of(UserName.of("anna@example.org")),
                        connection.tls().orElseThrow().clientName());
            }
            try (SSLSocket unknown = client.connect(bench.port(), version)) {
                assertTrue(unknown.isConnected());
                Connection connection = bench.session().connection;
                assertEquals(TlsLevel.ENCRYPTED, connection.session().info().tls());
                assertEquals(Optional.empty(), connection.tls().orElseThrow().clientName());
            }
            bench.end();
            bench.end();
        }
        TestPair.Made forged = TestPair.of().email("anna@example.org").make();
        assertThrows(
                IOException.class,
                () -> {
                    try (Client stranger =
                            new Client(
                                    TlsClient.insistent(forged).connect(bench.port(), "TLSv1.2"))) {
                        stranger.read(1);
                    }
                });
        assertEquals(
                new FakeSessions.End(SessionEnd.TLS_FAILED, "an untrusted client certificate"),
                bench.end());
        Instant now = Instant.now();
        TestPair.Made expired =
                TestPair.of()
                        .email("anna@example.org")
                        .valid(now.minusSeconds(60), now.minusSeconds(1))
                        .make(authority);
        assertThrows(
                IOException.class,
                () -> TlsClient.showing(expired).connect(bench.port(), "TLSv1.2"));
        assertEquals(
                new FakeSessions.End(SessionEnd.TLS_FAILED, "an expired client certificate"),
                bench.end());
        bench.tls.context = Optional.of(of(pair).clients("required", authority).make());
        assertThrows(SSLException.class, () -> client.connect(bench.port(), "TLSv1.2"));
        assertEquals(
                new FakeSessions.End(SessionEnd.TLS_FAILED, "no client certificate"), bench.end());
    }

    @Test
    void channelBindingsAreThoseOfTheEngine() throws Exception {
        serving(TlsMode.IMPLICIT, Talker::new);
        try (SSLSocket socket = client.connect(bench.port())) {
            TlsSession tls = bench.session().connection.tls().orElseThrow();
            boolean exports = Runtime.version().feature() >= 25;
            assertEquals(
                    exports
                            ? List.of("tls-exporter", "tls-server-end-point")
                            : List.of("tls-server-end-point"),
                    List.copyOf(tls.channelBindings()));
            assertArrayEquals(
                    MessageDigest.getInstance("SHA-256").digest(pair.certificate().getEncoded()),
                    tls.channelBinding("tls-server-end-point").orElseThrow());
            assertEquals(Optional.empty(), tls.channelBinding("tls-unique"));
            assertTrue(socket.isConnected());
        }
    }

    @Test
    void idleConnectionsAreCheap() throws Exception {
        serving(TlsMode.IMPLICIT, TestSession::new);
        int many = 100;
        List<SSLSocket> open = new ArrayList<>();
        try {
            // The first ones pay for classes and, on each event loop, for a pool's chunk.
            for (int i = 0; i < 2 * Engine.LOOPS; i++) {
                open.add(client.connect(bench.port()));
                bench.session();
            }
            long direct = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
            long before = heap();
            for (int i = 0; i < many; i++) {
                open.add(client.connect(bench.port()));
                bench.session();
            }
            long each = (heap() - before) / many;
            // Both ends of it are in this heap.
            assertTrue(each < 128 * 1024, each + " octets for each");
            assertEquals(direct, PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory());
        } finally {
            for (SSLSocket socket : open) {
                socket.close();
            }
        }
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}

package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.api.protocol.Connection;
import org.postern.api.protocol.OutputBuffer;
import org.postern.api.session.SessionEnd;
import org.postern.listener.internal.Bench.Client;
import org.postern.listener.internal.tls.TestContexts;
import org.postern.listener.internal.tls.TestPair;

/** What a client can do with TLS that no client should. */
@ParameterizedClass(name = "epoll {0}, {1}")
@CsvSource({"true, jdk", "false, boringssl"})
class HostileTlsTest {
    private static TestPair.Made pair;
    private static TlsClient client;

    private final String engine;
    private final Bench bench;

    HostileTlsTest(boolean epoll, String engine) {
        this.engine = engine;
        bench = new Bench(epoll, TimingBuilder.patient().stall(Duration.ofMillis(500)).build());
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

    // A handshake that is to succeed has the time that a busy machine takes for it.
    private void serving(TlsMode mode, Function<Connection, TestSession> session) throws Exception {
        serving(mode, "30", session);
    }

    private void serving(
            TlsMode mode, String handshakeTimeout, Function<Connection, TestSession> session)
            throws Exception {
        bench.tls.context = Optional.of(of(pair).with("handshakeTimeout", handshakeTimeout).make());
        bench.listener.configure(Bench.on(0, mode));
        assertEquals("", bench.problem());
        bench.speak(session);
    }

    private void failed(String detail) throws Exception {
        assertEquals(new FakeSessions.End(SessionEnd.TLS_FAILED, detail), bench.end());
    }

    /** Takes the line STLS alone, and leaves what is behind it. */
    private static final class Strict extends TestSession {
        final StringBuilder heard = new StringBuilder();

        Strict(Connection connection) {
            super(connection);
        }

        @Override
        public void input(ByteBuffer input) {
            if (connection.tls().isPresent()) {
                String text = text(input);
                heard.append(text);
                send(text);
                return;
            }
            byte[] line = new byte["STLS\r\n".length()];
            input.get(line);
            send("+OK\r\n");
            connection.encrypt();
        }
    }

    @Test
    void whatIsSentBehindStlsIsNeverSeen() throws Exception {
        serving(TlsMode.STARTTLS, Strict::new);
        try (Client plain = bench.connect()) {
            plain.send("STLS\r\nUSER anna\r\nPASS secret\r\n");
            assertEquals("+OK\r\n", plain.read(5));
            Strict session = (Strict) bench.session();
            try (Client secured = new Client(client.over(plain.socket))) {
                secured.send("NOOP\r\n");
                assertEquals("NOOP\r\n", secured.read(6));
            }
            assertEquals("NOOP\r\n", session.heard.toString());
        }
    }

    @Test
    void whatIsSentInClearAfterTheAnswerEndsIt() throws Exception {
        serving(TlsMode.STARTTLS, Strict::new);
        try (Client plain = bench.connect()) {
            plain.send("STLS\r\n");
            assertEquals("+OK\r\n", plain.read(5));
            plain.send("USER anna\r\n");
            assertTrue(plain.isOver());
        }
        failed("no TLS");
        assertEquals("", ((Strict) bench.session()).heard.toString());
    }

    @Test
    void recordsMayBeCutAnywhere() throws Exception {
        serving(TlsMode.IMPLICIT, TestSession::new);
        for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
            try (RawTls raw = new RawTls(client.engine(), bench.port(), version)) {
                raw.inPieces(1).handshake().send("one octet a write\r\n");
                assertEquals("one octet a write\r\n", raw.read(19));
            }
        }
        try (RawTls raw = new RawTls(client.engine(), bench.port(), "TLSv1.3").handshake()) {
            for (int cut = 1; cut < 30; cut++) {
                byte[] record = raw.wrap("cut\r\n");
                int at = Math.min(cut, record.length);
                raw.write(record, 0, at);
                // Whole records behind the cut one, and a part of the next.
                byte[] next = raw.wrap("and\r\n");
                raw.write(record, at, record.length);
                raw.write(next);
                assertEquals("cut\r\nand\r\n", raw.read(10), "cut at " + cut);
            }
        }
    }

    @Test
    void aHandshakeThatStopsIsNotWaitedFor() throws Exception {
        serving(TlsMode.IMPLICIT, "1", TestSession::new);
        try (RawTls raw = new RawTls(client.engine(), bench.port(), "TLSv1.3")) {
            byte[] hello = raw.hello();
            raw.write(hello, 0, hello.length / 2);
            assertTrue(raw.socket.getInputStream().read() < 0);
        }
        failed("too slow");
    }

    @Test
    void aHandshakeThatIsLeft() throws Exception {
        serving(TlsMode.IMPLICIT, TestSession::new);
        try (RawTls raw = new RawTls(client.engine(), bench.port(), "TLSv1.3")) {
            raw.write(raw.hello());
        }
        failed("closed during the handshake");
    }

    @Test
    void garbageEndsIt() throws Exception {
        serving(TlsMode.IMPLICIT, TestSession::new);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            byte[] garbage = new byte[1 + random.nextInt(3000)];
            random.nextBytes(garbage);
            if (i % 2 == 0 && garbage.length > 5) {
                // What looks like a record of a handshake.
                garbage[0] = 22;
                garbage[1] = 3;
                garbage[2] = 1;
                garbage[3] = 0;
                garbage[4] = (byte) random.nextInt(60);
            }
            try (Client garbler = bench.connect()) {
                garbler.socket.getOutputStream().write(garbage);
                garbler.finish();
                garbler.socket.getInputStream().readAllBytes();
            } catch (IOException reset) {
                assertFalse(reset instanceof java.net.SocketTimeoutException, "seed " + seed);
            }
            assertEquals(SessionEnd.TLS_FAILED, bench.end().end(), "seed " + seed);
        }
    }

    @Test
    void renegotiationEndsIt() throws Exception {
        serving(TlsMode.IMPLICIT, TestSession::new);
        try (SSLSocket socket = client.connect(bench.port(), "TLSv1.2")) {
            Client secured = new Client(socket);
            secured.send("one\r\n");
            assertEquals("one\r\n", secured.read(5));
            socket.startHandshake();
            assertThrows(IOException.class, () -> secured.read(1 + secured.rest().length()));
        } catch (SSLException | java.net.SocketException closed) {
            // As it should be.
        }
        failed("renegotiation");
    }

    @Test
    void aForgedRecordEndsIt() throws Exception {
        serving(TlsMode.IMPLICIT, TestSession::new);
        try (RawTls raw = new RawTls(client.engine(), bench.port(), "TLSv1.3").handshake()) {
            raw.send("one\r\n");
            raw.read(5);
            byte[] record = raw.wrap("QUIT\r\n");
            record[record.length - 1] ^= 1;
            byte[] next = raw.wrap("NOOP\r\n");
            byte[] both = Arrays.copyOf(record, record.length + next.length);
            System.arraycopy(next, 0, both, record.length, next.length);
            // BoringSSL sends its alert at once, and tells us with what is read next.
            raw.write(both);
            assertThrows(IOException.class, () -> raw.read(1));
        }
        failed("a damaged or forged record");
    }

    @Test
    void aCutConnectionIsNoQuit() throws Exception {
        serving(TlsMode.IMPLICIT, TestSession::new);
        try (RawTls raw = new RawTls(client.engine(), bench.port(), "TLSv1.3").handshake()) {
            raw.send("one\r\n");
            raw.read(5);
            byte[] record = raw.wrap("QUIT\r\n");
            raw.write(record, 0, record.length - 1);
            raw.socket.shutdownOutput();
            assertEquals(new FakeSessions.End(SessionEnd.DISCONNECTED, ""), bench.end());
        }
    }

    @Test
    void whoReadsNothingIsNotReadFor() throws Exception {
        serving(
                TlsMode.IMPLICIT,
                connection -> {
                    connection.pause();
                    return new TestSession(connection);
                });
        try (SocketChannel channel = SocketChannel.open()) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, 32 * 1024);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), bench.port()));
            RawTls raw = new RawTls(client.engine(), channel.socket(), "TLSv1.3").handshake();
            bench.session();
            channel.configureBlocking(false);
            long written = 0;
            long taken = System.nanoTime();
            // Changes of keys, of which each asks for an answer and brings nothing to deliver, for
            // as long as any is taken.
            while (System.nanoTime() - taken < 500_000_000 && written < 4 << 20) {
                raw.engine.beginHandshake();
                byte[] record = raw.wrap("");
                assertTrue(record.length > 0);
                int octets = channel.write(ByteBuffer.wrap(record));
                if (octets > 0) {
                    written += octets;
                    taken = System.nanoTime();
                } else {
                    LockSupport.parkNanos(1_000_000);
                }
            }
            assertTrue(written < 1 << 20, written + " octets were taken");
        }
    }

    @Test
    void aSlowReaderGetsAllOfItAndAStalledOneIsReset() throws Exception {
        int blocks = 64;
        serving(
                TlsMode.IMPLICIT,
                connection ->
                        new TestSession(connection) {
                            private int sent;

                            @Override
                            public void input(ByteBuffer input) {
                                text(input);
                                connection.pause();
                                writable();
                            }

                            @Override
                            public void writable() {
                                while (sent < blocks && connection.writable()) {
                                    OutputBuffer output = connection.allocate();
                                    while (output.bytes().hasRemaining()) {
                                        output.bytes().put((byte) ('a' + sent % 26));
                                    }
                                    connection.send(output);
                                    sent++;
                                }
                                if (sent == blocks) {
                                    connection.close(SessionEnd.QUIT, "");
                                }
                            }
                        });
        try (Client secured = new Client(client.connect(bench.port()))) {
            secured.send("RETR 1\r\n");
            for (int i = 0; i < blocks; i++) {
                String expected = String.valueOf((char) ('a' + i % 26));
                assertEquals(
                        expected.repeat(OutputBuffer.CAPACITY),
                        secured.read(OutputBuffer.CAPACITY));
            }
            assertEquals("", secured.rest());
            assertEquals(SessionEnd.QUIT, bench.end().end());
        }
        try (Client secured = new Client(client.connect(bench.port()))) {
            secured.socket.setReceiveBufferSize(4096);
            secured.send("RETR 1\r\n");
            assertEquals(SessionEnd.STALLED, bench.end().end());
        }
    }

    @Test
    void aHalfClosedClientGetsWhatItAskedFor() throws Exception {
        serving(TlsMode.IMPLICIT, TestSession::new);
        try (SSLSocket socket = client.connect(bench.port(), "TLSv1.3")) {
            Client secured = new Client(socket);
            secured.send("one\r\ntwo\r\n");
            socket.shutdownOutput();
            // Each end closes for itself (RFC 8446 section 6.1), but BoringSSL's engine closes ours
            // with the client's: what it had not enciphered by then is not sent.
            String rest = secured.rest();
            assertTrue("one\r\ntwo\r\n".startsWith(rest), rest);
            assertTrue(engine.equals("boringssl") || rest.length() == 10, rest);
            assertEquals(new FakeSessions.End(SessionEnd.DISCONNECTED, ""), bench.end());
        }
    }

    @Test
    void everySessionEndsWithCloseNotify() throws Exception {
        serving(
                TlsMode.IMPLICIT,
                connection -> {
                    connection.idleTimeout(Duration.ofMillis(50));
                    return new TestSession(connection);
                });
        for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
            try (RawTls raw = new RawTls(client.engine(), bench.port(), version).handshake()) {
                assertTrue(raw.isClosedInOrder(), version);
                assertEquals(SessionEnd.IDLE, bench.end().end());
            }
        }
    }
}

package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.net.TlsLevel;
import org.postern.api.protocol.Connection;
import org.postern.api.session.SessionEnd;
import org.postern.listener.internal.Bench.Client;
import org.postern.listener.internal.tls.TestContexts;
import org.postern.listener.internal.tls.TestPair;

/** Encryption of one connection, with the JDK's own client at the other end. */
@ParameterizedClass(name = "epoll {0}")
@ValueSource(booleans = {true, false})
class TlsConnectionTest {
    private static TestPair.Made pair;
    private static TlsClient client;

    private final Bench bench;

    TlsConnectionTest(boolean epoll) {
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

    private void serving(TlsMode mode, Function<Connection, TestSession> session) throws Exception {
        serving(mode, TestContexts.of(pair), session);
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
        serving(
                TlsMode.IMPLICIT,
                TestContexts.of(pair).with("minimumVersion", "TLSv1.3"),
                Talker::new);
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
}

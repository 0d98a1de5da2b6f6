package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.limits.Admission;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionInfo;
import org.postern.listener.internal.Bench.Client;
import org.postern.listener.internal.tls.TestContexts;
import org.postern.listener.internal.tls.TestPair;

/** The header of a proxy comes before TLS, and so does what is said of it. */
@ParameterizedClass(name = "epoll {0}")
@ValueSource(booleans = {true, false})
final class ProxiedTlsTest {
    private static final String HEADER = "PROXY TCP4 127.0.0.9 203.0.113.1 56324 995\r\n";
    private static final int HANDSHAKE = 22;

    private static TestPair.Made pair;

    private final Bench bench;

    ProxiedTlsTest(boolean epoll) {
        bench = new Bench(epoll, Bench.PATIENT);
    }

    @BeforeAll
    static void make() throws Exception {
        pair = TestPair.of("mail.example.org").make();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void serving(TlsMode mode, String... proxies) throws Exception {
        bench.tls.context = Optional.of(TestContexts.of(pair).make());
        bench.listener.configure(Bench.on(0, mode, proxies));
        assertEquals("", bench.problem());
        bench.speak(TestSession::new);
    }

    @Test
    void theHandshakeFollowsTheHeader() throws Exception {
        serving(TlsMode.IMPLICIT, "127.0.0.0/8");
        try (Client plain = bench.connect()) {
            plain.send(HEADER);
            try (Client secured = new Client(TlsClient.anonymous().over(plain.socket))) {
                secured.send("abc");
                assertEquals("abc", secured.read(3));
                TestSession session = bench.session();
                SessionInfo info = session.connection.session().info();
                assertEquals(InetAddress.getByName("127.0.0.9"), info.source().getAddress());
                assertEquals(995, info.local().getPort());
                assertTrue(session.connection.passwordsAllowed());
            }
        }
    }

    @Test
    void theHandshakeMayBeginInTheHeadersSegment() throws Exception {
        serving(TlsMode.IMPLICIT, "127.0.0.0/8");
        SSLEngine engine = TlsClient.anonymous().engine();
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        byte[] octets =
                Arrays.copyOf(
                        HEADER.getBytes(StandardCharsets.US_ASCII),
                        HEADER.length() + hello.position());
        System.arraycopy(hello.array(), 0, octets, HEADER.length(), hello.position());
        try (Client client = bench.connect()) {
            client.send(octets);
            assertEquals(HANDSHAKE, client.read(1).charAt(0), "no ServerHello");
        }
    }

    @Test
    void aStrangersHeaderIsFoundBeforeTls() throws Exception {
        serving(TlsMode.IMPLICIT);
        try (Client client = bench.connect()) {
            client.send(HEADER);
            assertTrue(client.isOver());
            assertEquals(SessionEnd.UNTRUSTED_PROXY, bench.end().end());
        }
    }

    @Test
    void whereTlsComesFirstNobodyIsToldInClear() throws Exception {
        serving(TlsMode.IMPLICIT);
        bench.busy = "-ERR busy\r\n";
        bench.limits.policy = () -> new Admission.Refused("per source limit reached");
        try (Client client = bench.connect()) {
            assertTrue(client.isOver());
        }
        bench.listener.configure(Bench.on(0, TlsMode.STARTTLS));
        try (Client client = bench.connect()) {
            assertEquals("-ERR busy\r\n", client.rest());
        }
    }
}

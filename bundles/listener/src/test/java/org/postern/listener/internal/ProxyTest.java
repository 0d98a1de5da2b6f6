package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.limits.Admission;
import org.postern.api.protocol.Protocol;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionInfo;
import org.postern.listener.internal.Bench.Client;

/** Clients behind proxies, and strangers who pretend to be some. */
@ParameterizedClass(name = "epoll {0}")
@ValueSource(booleans = {true, false})
final class ProxyTest {
    private static final String HEADER = "PROXY TCP4 198.51.100.7 203.0.113.1 56324 110\r\n";
    private static final String HERE = "127.0.0.0/8";

    private final boolean epoll;

    ProxyTest(boolean epoll) {
        this.epoll = epoll;
    }

    private Bench bench(String... proxies) {
        return new Bench(epoll, Bench.PATIENT).behind(proxies);
    }

    private static byte[] withMore(byte[] header, String more) {
        byte[] octets = new byte[header.length + more.length()];
        System.arraycopy(header, 0, octets, 0, header.length);
        System.arraycopy(
                more.getBytes(StandardCharsets.ISO_8859_1),
                0,
                octets,
                header.length,
                more.length());
        return octets;
    }

    @Test
    void theHeadersAddressesAreTheSessions() throws Exception {
        try (Bench bench = bench(HERE);
                Client client = bench.connect()) {
            client.send(HEADER + "abc");
            assertEquals("abc", client.read(3));
            SessionInfo info = bench.session().connection.session().info();
            assertEquals(
                    new InetSocketAddress(InetAddress.getByName("198.51.100.7"), 56324),
                    info.source());
            assertEquals(
                    new InetSocketAddress(InetAddress.getByName("203.0.113.1"), 110), info.local());
            assertEquals(
                    List.of(InetAddress.getByName("198.51.100.7")),
                    List.copyOf(bench.limits.sources));
        }
    }

    @Test
    void version2CarriesIpv6() throws Exception {
        try (Bench bench = bench(HERE);
                Client client = bench.connect()) {
            client.send(withMore(ProxyBlock.tcp("2001:db8::7", 1, "2001:db8::1", 995, 40), "abc"));
            assertEquals("abc", client.read(3));
            SessionInfo info = bench.session().connection.session().info();
            assertEquals(InetAddress.getByName("2001:db8::7"), info.source().getAddress());
            assertEquals(995, info.local().getPort());
        }
    }

    @Test
    void aHeaderMayComeOctetByOctet() throws Exception {
        try (Bench bench = bench(HERE);
                Client client = bench.connect()) {
            for (byte octet : HEADER.getBytes(StandardCharsets.US_ASCII)) {
                client.send(new byte[] {octet});
                assertEquals(0, bench.limits.asked.get(), "asked before the header was complete");
            }
            client.send("abc");
            assertEquals("abc", client.read(3));
        }
    }

    @Test
    void whatFollowsReachesTheProtocolUntouched() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            text.append((char) (i % 256));
        }
        try (Bench bench = bench(HERE);
                Client client = bench.connect()) {
            client.send(
                    withMore(
                            ProxyBlock.tcp("198.51.100.7", 1, "203.0.113.1", 2, 0),
                            text.toString()));
            assertEquals(text.toString(), client.read(text.length()));
        }
    }

    @Test
    void aClientThatHasClosedItsEndIsStillServed() throws Exception {
        try (Bench bench = bench(HERE)) {
            CountDownLatch asked = new CountDownLatch(2);
            bench.limits.policy =
                    () -> {
                        asked.countDown();
                        return new Admission.Delayed(Duration.ZERO);
                    };
            try (Client client = bench.connect()) {
                client.send(HEADER + "abc");
                client.finish();
                assertTrue(asked.await(20, TimeUnit.SECONDS));
                bench.limits.policy = Admission.Admitted::new;
                assertEquals("abc", client.rest());
                assertEquals(SessionEnd.DISCONNECTED, bench.end().end());
            }
        }
    }

    @Test
    void aHealthCheckHasTheConnectionsOwnAddresses() throws Exception {
        try (Bench bench = bench(HERE);
                Client unknown = bench.connect();
                Client local = bench.connect()) {
            for (Client client : List.of(unknown, local)) {
                client.send(
                        client == unknown
                                ? "PROXY UNKNOWN\r\nabc".getBytes(StandardCharsets.US_ASCII)
                                : withMore(ProxyBlock.of(0x20, 0, 0), "abc"));
                assertEquals("abc", client.read(3));
                SessionInfo info = bench.session().connection.session().info();
                assertEquals(client.socket.getLocalSocketAddress(), info.source());
                assertEquals(client.socket.getRemoteSocketAddress(), info.local());
            }
        }
    }

    @Test
    void aProxysLoopbackAddressStandsForNoClient() throws Exception {
        try (Bench bench = bench(HERE)) {
            assertFalse(passwords(bench, HEADER), "the client is remote");
            assertFalse(passwords(bench, "PROXY UNKNOWN\r\n"), "the client may be anybody");
            assertTrue(passwords(bench, "PROXY TCP4 127.0.0.1 127.0.0.1 56324 110\r\n"));
            assertTrue(passwords(bench, "PROXY TCP6 ::ffff:127.0.0.1 ::1 56324 110\r\n"));
        }
        try (Bench bench = bench()) {
            assertTrue(passwords(bench, ""));
        }
    }

    @Test
    void aClientOnARemoteProxysOwnMachineIsNotOnThisOne() throws Exception {
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getByName("192.0.2.7"), 1);
        InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
        ProxyHeader.Client client = new ProxyHeader.Client(here, here);
        assertFalse(Origin.behind(remote, client).sameMachine());
        assertTrue(Origin.behind(here, client).sameMachine());
    }

    private static boolean passwords(Bench bench, String header) throws Exception {
        try (Client client = bench.connect()) {
            client.send(header + "abc");
            assertEquals("abc", client.read(3));
            return bench.session().connection.passwordsAllowed();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CAPA\r\n",
                "\u0016\u0003\u0001\u0002",
                "PROXY TCP4 198.51.100.7 203.0.113.1 56324 110\n",
                "PROXY TCP4 198.51.100.7 203.0.113.1 56324 65536\r\n",
                "PROXY UDP4 198.51.100.7 203.0.113.1 56324 110\r\n",
            })
    void aTrustedPeerWithoutAValidHeaderIsClosed(String octets) throws Exception {
        try (Bench bench = bench(HERE);
                Client client = bench.connect()) {
            bench.busy = "-ERR busy\r\n";
            client.send(octets);
            assertTrue(client.isOver());
            String reason = Bench.next(bench.sessions.refused);
            assertTrue(reason.contains("PROXY") && reason.endsWith("from the proxy"), reason);
            assertEquals(0, bench.limits.asked.get() + bench.sessions.begun.get());
        }
    }

    @Test
    void datagramsAndUnixSocketsAreClosed() throws Exception {
        try (Bench bench = bench(HERE)) {
            for (int family : new int[] {0x12, 0x22, 0x31, 0x32}) {
                try (Client client = bench.connect()) {
                    client.send(ProxyBlock.of(0x21, family, 216));
                    assertTrue(client.isOver());
                    assertTrue(Bench.next(bench.sessions.refused).contains("than TCP"));
                }
            }
        }
    }

    @Test
    void aHeaderThatDoesNotComeIsWaitedForAWhile() throws Exception {
        Timing timing = TimingBuilder.patient().proxyHeader(Duration.ofMillis(300)).build();
        long since = System.nanoTime();
        try (Bench bench = new Bench(epoll, timing).behind(HERE);
                Client silent = bench.connect();
                Client slow = bench.connect()) {
            slow.send("PROXY TCP4 ");
            assertTrue(silent.isOver() && slow.isOver());
            assertTrue(System.nanoTime() - since >= 300_000_000L, "not waited for");
            assertTrue(Bench.next(bench.sessions.refused).contains("no PROXY header in time"));
            try (Client next = bench.connect()) {
                next.send(HEADER + "a");
                assertEquals("a", next.read(1));
            }
        }
        assertEquals(Duration.ofSeconds(3), Timing.NORMAL.proxyHeader());
    }

    @Test
    void whoWaitsForAHeaderHoldsUpNobody() throws Exception {
        try (Bench bench = bench("127.0.0.1")) {
            List<Client> waiting = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                waiting.add(bench.connect());
            }
            Bench.await("all wait", () -> bench.listener.proxied().size() == 50);
            try (Client client = bench.connect()) {
                client.send(HEADER + "a");
                assertEquals("a", client.read(1));
                assertEquals(
                        51, bench.engine.connections(), "each has its place under the ceiling");
            }
            for (Client client : waiting) {
                client.close();
            }
            Bench.await("all places are free", () -> bench.engine.connections() == 0);
            assertEquals(0, bench.listener.proxied().size());
        }
    }

    @Test
    void onlyAPartOfAllMayWaitForHeaders() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT, 8).behind("127.0.0.1");
                Client first = bench.connect();
                Client second = bench.connect()) {
            Bench.await("two wait", () -> bench.listener.proxied().size() == 2);
            try (Client third = bench.connect()) {
                assertTrue(third.isOver());
                assertEquals(
                        "too many connections of proxies wait to be admitted",
                        Bench.next(bench.sessions.refused));
            }
            first.send(HEADER + "a");
            assertEquals("a", first.read(1));
            try (Client fourth = bench.connect()) {
                fourth.send(HEADER + "b");
                assertEquals("b", fourth.read(1));
            }
            second.send(HEADER);
        }
    }

    @Test
    void thePolicyIsAskedAboutTheClientAndMayPutItOff() throws Exception {
        try (Bench bench = bench(HERE)) {
            CountDownLatch asked = new CountDownLatch(3);
            bench.limits.policy =
                    () -> {
                        asked.countDown();
                        return new Admission.Delayed(Duration.ZERO);
                    };
            try (Client client = bench.connect()) {
                client.send(HEADER + "abc");
                assertTrue(asked.await(20, TimeUnit.SECONDS));
                assertEquals(0, bench.sessions.begun.get());
                bench.limits.policy = Admission.Admitted::new;
                assertEquals("abc", client.read(3));
            }
        }
    }

    @Test
    void aClientThatIsNotAdmittedIsToldSoThroughItsProxy() throws Exception {
        try (Bench bench = bench(HERE)) {
            bench.busy = "-ERR busy\r\n";
            bench.limits.policy = () -> new Admission.Refused("per source limit reached");
            try (Client client = bench.connect()) {
                client.send(HEADER + "USER a\r\n");
                assertEquals("-ERR busy\r\n", client.rest());
                assertEquals("per source limit reached", Bench.next(bench.sessions.refused));
                assertEquals("198.51.100.7", Bench.next(bench.sessions.refusedSources));
            }
        }
    }

    @Test
    void putOffForEverIsRefused() throws Exception {
        Timing timing = TimingBuilder.patient().hold(Duration.ofMillis(100)).build();
        try (Bench bench = new Bench(epoll, timing).behind(HERE)) {
            bench.limits.policy = () -> new Admission.Delayed(Duration.ofDays(100_000));
            try (Client client = bench.connect()) {
                client.send(HEADER);
                assertTrue(client.isOver());
                assertTrue(Bench.next(bench.sessions.refused).contains("put it off"));
            }
        }
    }

    @Test
    void aProtocolThatIsReplacedLosesNoClientThatIsComing() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT)) {
            bench.listener.configure(Bench.on("127.0.0.1", 0, HERE));
            Protocol first = bench.speak(TestSession::new);
            try (Client client = bench.connect()) {
                Bench.await("waits", () -> bench.listener.proxied().size() == 1);
                bench.protocols.remove(first);
                client.send(HEADER + "abc");
                bench.speak(TestSession::new);
                assertEquals("abc", client.read(3));
            }
        }
    }

    @Test
    void closingTurnsAwayWhoWaits() throws Exception {
        Bench bench = bench(HERE);
        try (Client client = bench.connect()) {
            Bench.await("waits", () -> bench.listener.proxied().size() == 1);
            bench.close();
            assertTrue(client.isOver());
            assertEquals("the listener is closing", Bench.next(bench.sessions.refused));
        }
    }

    @Test
    void aMoveOfTheListenerDoesNotLoseWhoWaits() throws Exception {
        try (Bench bench = bench(HERE);
                Client client = bench.connect()) {
            Bench.await("waits", () -> bench.listener.proxied().size() == 1);
            int before = bench.port();
            bench.listener.configure(Bench.on("127.0.0.2", 0, HERE));
            assertTrue(bench.port() != before);
            client.send(HEADER + "abc");
            assertEquals("abc", client.read(3));
        }
    }

    @Test
    void aStrangerWithAHeaderIsClosedUnheard() throws Exception {
        try (Bench bench = bench("192.0.2.0/24")) {
            for (byte[] header :
                    List.of(
                            HEADER.getBytes(StandardCharsets.US_ASCII),
                            ProxyBlock.tcp("198.51.100.7", 1, "203.0.113.1", 2, 0))) {
                try (Client client = bench.connect()) {
                    client.send(withMore(header, "abc"));
                    assertTrue(client.isOver(), "it was answered");
                    FakeSessions.End end = bench.end();
                    assertEquals(SessionEnd.UNTRUSTED_PROXY, end.end());
                    assertTrue(end.detail().contains("proxyProtocol"));
                    SessionInfo info = bench.session().connection.session().info();
                    assertTrue(info.source().getAddress().isLoopbackAddress());
                }
            }
        }
    }

    @Test
    void aStrangerIsUnheardHoweverHeCutsIt() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT).serving(TestSession::new)) {
            for (byte[] begin : List.of(ProxyHeaderReader.LINE, ProxyHeaderReader.SIGNATURE)) {
                try (Client client = bench.connect()) {
                    bench.session();
                    for (int i = 0; i < begin.length - 1; i++) {
                        client.send(new byte[] {begin[i]});
                        assertEquals((char) begin[i], client.read(1).charAt(0));
                    }
                    client.send(new byte[] {begin[begin.length - 1]});
                    assertTrue(client.isOver(), "it was answered");
                    assertEquals(SessionEnd.UNTRUSTED_PROXY, bench.end().end());
                }
            }
        }
    }

    @Test
    void whatOnlyBeginsLikeAHeaderIsHeard() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT).serving(TestSession::new)) {
            for (String text :
                    List.of("PROXI ", "PR\r\n", "\r\n", "\r\n\r\n\u0000\r\nQUIT\r\n", "aPROXY ")) {
                try (Client client = bench.connect()) {
                    client.send(text);
                    assertEquals(text, client.read(text.length()));
                    client.send("PROXY TCP4 ");
                    assertEquals("PROXY TCP4 ", client.read(11), "only the first octets count");
                }
            }
        }
    }
}

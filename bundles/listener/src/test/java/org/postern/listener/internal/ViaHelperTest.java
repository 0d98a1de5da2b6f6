package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.protocol.ListenerReport.State;
import org.postern.listener.internal.Bench.Client;

/**
 * Sockets that the helper holds: taken, closed, taken again, and what is said when they are not.
 */
final class ViaHelperTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** Looks again only when it is told to. */
    private static final Timing NEVER_AGAIN =
            TimingBuilder.patient().lookAgain(Duration.ofHours(1)).build();

    @TempDir private Path directory;
    private FakeHelper helper;
    private int port;

    @BeforeEach
    void bind() throws Exception {
        helper = new FakeHelper(directory);
        helper.hold("127.0.0.1");
        port = helper.hold("127.0.0.1");
    }

    @AfterEach
    void close() throws Exception {
        assertEquals(0, helper.outstanding.get(), "sockets that were not wanted are open");
        helper.close();
        // Whoever still had a copy would keep it listening.
        assertThrows(ConnectException.class, () -> new Socket(LOOPBACK, port).close());
    }

    private static ListenerConfiguration on(String address, int port) {
        ListenerConfiguration own = Bench.on(address.equals("*") ? "0.0.0.0" : address, port);
        return new ListenerConfiguration(
                own.protocol(),
                address,
                own.socketAddress(),
                own.tls(),
                own.plaintextLogin(),
                own.mechanisms(),
                own.backends(),
                own.idleTimeout(),
                true,
                List.of(),
                StartupMode.ENFORCE);
    }

    private static void await(Bench bench, State state) {
        Bench.await("is " + state, () -> bench.listener.report().state() == state);
    }

    private static void awaitDetail(Listener listener, String... parts) {
        for (String part : parts) {
            Bench.await("says " + part, () -> listener.report().detail().contains(part));
        }
    }

    private static void echoes(Client client) throws Exception {
        client.send("a");
        assertEquals("a", client.read(1));
    }

    @Test
    void servesOnTheHelpersSocket() throws Exception {
        try (Bench bench = new Bench(true, NEVER_AGAIN)) {
            bench.helper.set(helper);
            bench.speak(TestSession::new);
            bench.listener.configure(on("127.0.0.1", port));
            await(bench, State.OPEN);
            assertEquals(port, bench.listener.report().port());
            try (Client client = bench.connect()) {
                echoes(client);
                // The same again changes nothing.
                bench.listener.configure(on("127.0.0.1", port));
                awaitDetail(bench.listener, "");
                echoes(client);
            }
            assertEquals(1, helper.asked.get());
        }
    }

    @Test
    void whileItIsClosedAndOpenedNobodyIsRefused() throws Exception {
        try (Bench bench = new Bench(true, NEVER_AGAIN)) {
            bench.helper.set(helper);
            bench.speak(TestSession::new);
            for (int round = 0; round < 5; round++) {
                Listener listener = bench.newListener();
                try (Client before = new Client(new Socket(LOOPBACK, port))) {
                    listener.configure(on("127.0.0.1", port));
                    echoes(before);
                }
                listener.close();
            }
            try (Client last = new Client(new Socket(LOOPBACK, port))) {
                assertTrue(last.socket.isConnected());
            }
        }
    }

    @Test
    void itsOwnPortAndBack() throws Exception {
        try (Bench bench = new Bench(true, NEVER_AGAIN).serving(TestSession::new)) {
            bench.helper.set(helper);
            int before = bench.port();
            try (Client client = bench.connect()) {
                echoes(client);
                bench.listener.configure(on("127.0.0.1", port));
                Bench.await("moved", () -> bench.port() == port);
                echoes(client);
                Bench.await("the old one is closed", () -> isClosed(before));
                bench.listener.configure(Bench.on(before));
                Bench.await("moved back", () -> bench.port() == before);
                echoes(client);
            }
        }
    }

    @Test
    void aPortThatTheHelperHoldsIsNotOpenedWithoutIt() throws Exception {
        try (Bench bench = new Bench(true, NEVER_AGAIN)) {
            bench.helper.set(helper);
            bench.speak(TestSession::new);
            bench.listener.configure(on("127.0.0.1", port));
            await(bench, State.OPEN);
            bench.listener.configure(Bench.on(port));
            awaitDetail(bench.listener, "in use");
            assertEquals(State.OPEN, bench.listener.report().state());
            try (Client client = bench.connect()) {
                echoes(client);
            }
        }
    }

    @Test
    void itsOwnPortIsGivenUpForTheHelper() throws Exception {
        try (Bench bench = new Bench(true, Bench.PATIENT).serving(TestSession::new)) {
            bench.helper.set(helper);
            int wanted = bench.port();
            bench.listener.configure(on("127.0.0.1", wanted));
            awaitDetail(bench.listener, "does not hold port " + wanted);
            await(bench, State.REFUSED);
            try (ServerSocket free = new ServerSocket(wanted, 1, LOOPBACK)) {
                assertEquals(wanted, free.getLocalPort());
            }
        }
    }

    @Test
    void withoutAHelperItIsClosedAndOpensWhenOneComes() throws Exception {
        try (Bench bench = new Bench(true, NEVER_AGAIN)) {
            bench.speak(TestSession::new);
            bench.listener.configure(on("127.0.0.1", port));
            awaitDetail(bench.listener, "there is no client of the helper", "helper-client");
            assertEquals(State.REFUSED, bench.listener.report().state());
            bench.helper.set(helper);
            bench.listener.lookAgain();
            await(bench, State.OPEN);
        }
    }

    @Test
    void aHelperThatCannotBeAskedIsAskedAgain() throws Exception {
        try (Bench bench = new Bench(true, Bench.PATIENT)) {
            helper.problem = "nothing listens on its socket: start postern-helper";
            bench.helper.set(helper);
            bench.speak(TestSession::new);
            bench.listener.configure(on("127.0.0.1", port));
            awaitDetail(bench.listener, "cannot be asked", helper.problem);
            assertEquals(State.REFUSED, bench.listener.report().state());
            Bench.await("asked again", () -> helper.asked.get() > 3);
            helper.problem = "";
            await(bench, State.OPEN);
            assertEquals("", bench.listener.report().detail());
        }
    }

    @Test
    void aMistakeIsNotTheLastLook() throws Exception {
        try (Bench bench = new Bench(true, Bench.PATIENT)) {
            helper.broken = true;
            bench.helper.set(helper);
            bench.speak(TestSession::new);
            bench.listener.configure(on("127.0.0.1", port));
            awaitDetail(bench.listener, "IllegalStateException");
            helper.broken = false;
            await(bench, State.OPEN);
        }
    }

    @Test
    void whatTheHelperDoesNotHoldIsNamed() throws Exception {
        try (Bench bench = new Bench(true, NEVER_AGAIN)) {
            bench.helper.set(helper);
            bench.listener.configure(on("127.0.0.2", port));
            awaitDetail(
                    bench.listener,
                    "does not hold port " + port + " on 127.0.0.2",
                    "127.0.0.1 " + port,
                    "\"listen 127.0.0.2 " + port + "\"",
                    "helper.conf");
        }
    }

    @Test
    void withoutEpollItSaysSo() throws Exception {
        try (Bench bench = new Bench(false, NEVER_AGAIN)) {
            bench.helper.set(helper);
            bench.listener.configure(on("127.0.0.1", port));
            awaitDetail(bench.listener, "needs epoll", "viaHelper = false");
            assertEquals(State.REFUSED, bench.listener.report().state());
        }
    }

    @Test
    void addressesThatStandForAll() throws Exception {
        InetSocketAddress four = new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 110);
        InetSocketAddress six = new InetSocketAddress(InetAddress.getByName("::"), 110);
        assertTrue(HelperSockets.matches(on("*", 110), four));
        assertTrue(HelperSockets.matches(on("*", 110), six));
        assertTrue(HelperSockets.matches(on("0.0.0.0", 110), four));
        assertFalse(HelperSockets.matches(on("0.0.0.0", 110), six));
        assertFalse(HelperSockets.matches(on("*", 111), four));
        assertFalse(HelperSockets.matches(on("*", 110), new InetSocketAddress(LOOPBACK, 110)));
        assertFalse(HelperSockets.matches(on("127.0.0.1", 110), four));
    }

    private static boolean isClosed(int port) {
        try (Socket socket = new Socket(LOOPBACK, port)) {
            return !socket.isConnected();
        } catch (java.io.IOException refused) {
            return true;
        }
    }
}

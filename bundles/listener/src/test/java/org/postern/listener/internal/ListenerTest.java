package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.net.Network;
import org.postern.api.posix.Privileges;
import org.postern.api.protocol.ListenerReport;
import org.postern.api.protocol.ListenerReport.State;
import org.postern.api.session.SessionEnd;
import org.postern.listener.internal.Bench.Client;

/** When a port is open and when it is not. */
@ParameterizedClass(name = "epoll {0}")
@ValueSource(booleans = {true, false})
final class ListenerTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final boolean epoll;

    ListenerTest(boolean epoll) {
        this.epoll = epoll;
    }

    private Bench bench() {
        return new Bench(epoll, Bench.PATIENT);
    }

    private static ServerSocket other() throws IOException {
        return new ServerSocket(0, 1, LOOPBACK);
    }

    @Test
    void reportsThePortThatIsOpen() {
        try (Bench bench = bench().serving(TestSession::new)) {
            ListenerReport report = bench.listener.report();
            assertNotEquals(0, report.port());
            assertEquals(
                    new ListenerReport(
                            "test",
                            "test",
                            "127.0.0.1",
                            report.port(),
                            "none",
                            State.OPEN,
                            0,
                            List.of(),
                            ""),
                    report);
        }
        try (Bench bench = bench().behind("192.0.2.0/24")) {
            assertEquals(List.of(Network.parse("192.0.2.0/24")), bench.listener.report().proxies());
        }
    }

    @Test
    void doesNotOpenWithUidZero() {
        for (Privileges root :
                new Privileges[] {
                    new Privileges(0, 1, 1, 1, 0, 0, 0, 0),
                    new Privileges(1, 0, 1, 1, 0, 0, 0, 0),
                    new Privileges(1, 1, 0, 1, 0, 0, 0, 0),
                    new Privileges(1, 1, 1, 0, 0, 0, 0, 0),
                }) {
            doesNotOpenWith(root);
        }
    }

    @Test
    void doesNotOpenWithCapabilities() {
        for (Privileges capable :
                new Privileges[] {
                    new Privileges(1, 1, 1, 1, 1 << 10, 0, 0, 0),
                    new Privileges(1, 1, 1, 1, 0, 1 << 10, 0, 0),
                    new Privileges(1, 1, 1, 1, 0, 0, 1 << 10, 0),
                    new Privileges(1, 1, 1, 1, 0, 0, 0, 1 << 10),
                }) {
            doesNotOpenWith(capable);
        }
    }

    private void doesNotOpenWith(Privileges privileges) {
        try (Bench bench = bench()) {
            bench.posix.privileges = () -> privileges;
            bench.listener.configure(Bench.on(0));
            bench.speak(TestSession::new);
            ListenerReport report = bench.listener.report();
            assertEquals(State.REFUSED, report.state());
            assertEquals(0, report.port(), "a port was chosen, so one was open");
            assertTrue(report.detail().contains("this process has privileges"), report.detail());
            assertTrue(report.detail().contains("ordinary user"), report.detail());
        }
    }

    @Test
    void doesNotOpenWhenPrivilegesCannotBeRead() {
        try (Bench bench = bench()) {
            bench.posix.privileges =
                    () -> {
                        throw new IllegalStateException("by the test");
                    };
            bench.listener.configure(Bench.on(0));
            ListenerReport report = bench.listener.report();
            assertEquals(State.REFUSED, report.state());
            assertTrue(report.detail().contains("cannot be read"), report.detail());

            bench.posix.privileges = () -> FakePosix.NONE;
            bench.speak(TestSession::new);
            Bench.await("tried again", () -> bench.listener.report().state() == State.OPEN);
            assertEquals("", bench.listener.report().detail());
        }
    }

    @Test
    void aPortInUseIsNamedAndTriedAgain() throws Exception {
        try (Bench bench = bench()) {
            int port;
            try (ServerSocket other = other()) {
                port = other.getLocalPort();
                bench.listener.configure(Bench.on(port));
                ListenerReport report = bench.listener.report();
                assertEquals(State.REFUSED, report.state());
                assertEquals(port, report.port());
                assertTrue(
                        report.detail()
                                .startsWith(
                                        "port "
                                                + port
                                                + " on 127.0.0.1 is in use by another program: "),
                        report.detail());
            }
            bench.speak(TestSession::new);
            Bench.await("tried again", () -> bench.listener.report().state() == State.OPEN);
            assertEquals(port, bench.port());
            try (Client client = bench.connect()) {
                client.send("a");
                assertEquals("a", client.read(1));
            }
        }
    }

    @Test
    void anAddressOfAnotherMachineIsNamed() {
        try (Bench bench = bench()) {
            bench.listener.configure(Bench.on("192.0.2.1", 0));
            ListenerReport report = bench.listener.report();
            assertEquals(State.REFUSED, report.state());
            assertTrue(report.detail().contains("does not have that address"), report.detail());
        }
    }

    @Test
    void anotherPortOpensBeforeTheOldOneClosesAndSessionsStay() throws Exception {
        try (Bench bench = bench().serving(TestSession::new);
                Client client = bench.connect()) {
            client.send("a");
            assertEquals("a", client.read(1));
            int before = bench.port();
            int after;
            try (ServerSocket free = other()) {
                after = free.getLocalPort();
            }
            bench.listener.configure(Bench.on(after));
            assertEquals(after, bench.port());
            assertEquals(State.OPEN, bench.listener.report().state());
            assertThrows(ConnectException.class, () -> new Socket(LOOPBACK, before));
            try (Client next = bench.connect()) {
                next.send("b");
                assertEquals("b", next.read(1));
            }
            client.send("c");
            assertEquals("c", client.read(1));
        }
    }

    @Test
    void anotherAddressWithTheSamePortIsOpened() throws Exception {
        try (Bench bench = bench().serving(TestSession::new);
                Client client = bench.connect()) {
            int port = bench.port();
            bench.listener.configure(Bench.on(port));
            bench.listener.configure(Bench.on("0.0.0.0", port));
            assertEquals(State.OPEN, bench.listener.report().state());
            assertEquals(port, bench.port());
            try (Socket socket = new Socket();
                    Client next = connected(socket, new InetSocketAddress("127.0.0.2", port))) {
                next.send("b");
                assertEquals("b", next.read(1));
            }
            client.send("c");
            assertEquals("c", client.read(1));
        }
    }

    private static Client connected(Socket socket, InetSocketAddress to) throws IOException {
        socket.connect(to);
        return new Client(socket);
    }

    @Test
    void whileTheNewPortCannotBeOpenedTheOldOneStays() throws Exception {
        try (Bench bench = bench().serving(TestSession::new)) {
            int before = bench.port();
            int wanted;
            try (ServerSocket other = other()) {
                wanted = other.getLocalPort();
                bench.listener.configure(Bench.on(wanted));
                assertEquals(State.OPEN, bench.listener.report().state());
                assertEquals(before, bench.port());
                assertTrue(bench.listener.report().detail().contains("port " + wanted));
                try (Client client = bench.connect()) {
                    client.send("a");
                    assertEquals("a", client.read(1));
                }
            }
            Bench.await("moved at last", () -> bench.port() == wanted);
            Bench.await("all is well", () -> bench.listener.report().detail().isEmpty());
        }
    }

    @Test
    void theSamePortIsNotOpenedAgain() {
        try (Bench bench = bench().serving(TestSession::new)) {
            int port = bench.port();
            bench.listener.configure(Bench.on(0));
            assertEquals(port, bench.port());
        }
    }

    @Test
    void closedDoesNotOpenAgain() throws Exception {
        Bench bench = bench().serving(TestSession::new);
        int port = bench.port();
        try (Client client = bench.connect()) {
            bench.session();
            bench.close();
            assertTrue(client.isOver());
            assertEquals(SessionEnd.DRAINED, bench.end().end());
        }
        bench.listener.configure(Bench.on(port));
        assertEquals(State.DRAINING, bench.listener.report().state());
        assertThrows(ConnectException.class, () -> new Socket(LOOPBACK, port));
    }
}

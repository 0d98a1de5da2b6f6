package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.limits.Admission;
import org.postern.api.protocol.ListenerReport.State;
import org.postern.api.protocol.Protocol;
import org.postern.listener.internal.Bench.Client;

/** Who gets in, and that everybody is told so exactly once. */
@ParameterizedClass(name = "epoll {0}")
@ValueSource(booleans = {true, false})
final class AdmissionTest {
    private final boolean epoll;

    AdmissionTest(boolean epoll) {
        this.epoll = epoll;
    }

    @Test
    void refusedIsClosedWithoutAWord() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT).serving(TestSession::new)) {
            bench.limits.policy = () -> new Admission.Refused("per source limit reached");
            try (Client client = bench.connect()) {
                assertTrue(client.isOver());
                assertEquals("per source limit reached", Bench.next(bench.sessions.refused));
            }
            assertEquals(0, bench.sessions.begun.get());
            assertEquals(0, bench.limits.connected.get() + bench.limits.abandoned.get());
            assertEquals(0, bench.engine.connections());
        }
    }

    @Test
    void nothingIsAllocatedBeforeThePolicyIsAsked() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT).serving(TestSession::new)) {
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            bench.limits.policy =
                    () -> {
                        seen.add(
                                bench.sessions.begun.get()
                                        + " begun, "
                                        + bench.listener.report().sessions()
                                        + " connections, "
                                        + bench.engine.outputs().outstanding()
                                        + " buffers");
                        return new Admission.Admitted();
                    };
            try (Client client = bench.connect()) {
                assertEquals("0 begun, 0 connections, 0 buffers", Bench.next(seen));
                client.send("a");
                assertEquals("a", client.read(1));
            }
        }
    }

    @Test
    void aPolicyThatFailsAdmitsNobody() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT).serving(TestSession::new)) {
            bench.limits.policy =
                    () -> {
                        throw new IllegalStateException("broken by the test");
                    };
            try (Client client = bench.connect()) {
                assertTrue(client.isOver());
                assertEquals("the limits policy failed", Bench.next(bench.sessions.refused));
            }
        }
    }

    @Test
    void delayedWaitsAndHoldsUpThoseBehindIt() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT).serving(TestSession::new)) {
            CountDownLatch askedAgain = new CountDownLatch(3);
            bench.limits.policy =
                    () -> {
                        askedAgain.countDown();
                        return new Admission.Delayed(Duration.ZERO);
                    };
            try (Client first = bench.connect();
                    Client second = bench.connect()) {
                assertTrue(askedAgain.await(20, TimeUnit.SECONDS));
                assertEquals(State.WAITING, bench.listener.report().state());
                assertTrue(bench.listener.report().detail().contains("limits policy"));
                assertEquals(1, bench.engine.connections(), "the second was accepted, too");
                assertEquals(0, bench.listener.report().sessions());

                bench.limits.policy = Admission.Admitted::new;
                first.send("1");
                second.send("2");
                assertEquals("1", first.read(1));
                assertEquals("2", second.read(1));
                assertEquals(State.OPEN, bench.listener.report().state());
                assertEquals(2, bench.limits.admitted.get());
            }
        }
    }

    @Test
    void delayedForEverIsRefused() throws Exception {
        Timing timing = TimingBuilder.patient().hold(Duration.ofMillis(100)).build();
        try (Bench bench = new Bench(epoll, timing).serving(TestSession::new)) {
            bench.limits.policy = () -> new Admission.Delayed(Duration.ofDays(100_000));
            try (Client client = bench.connect()) {
                assertTrue(client.isOver());
                assertEquals(
                        "the limits policy put it off for too long",
                        Bench.next(bench.sessions.refused));
            }
            bench.limits.policy = Admission.Admitted::new;
            try (Client client = bench.connect()) {
                client.send("a");
                assertEquals("a", client.read(1));
            }
        }
    }

    @Test
    void theCeilingStandsUnderAnyPolicy() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT, 2).serving(TestSession::new)) {
            try (Client first = bench.connect()) {
                bench.session();
                try (Client second = bench.connect()) {
                    bench.session();
                    try (Client third = bench.connect()) {
                        assertTrue(third.isOver());
                        assertEquals(
                                "too many connections in all", Bench.next(bench.sessions.refused));
                        assertEquals(2, bench.limits.asked.get(), "asked for who cannot come in");
                    }
                    second.send("a");
                    assertEquals("a", second.read(1));
                }
                Bench.await("a place is free again", () -> bench.engine.connections() == 1);
                try (Client next = bench.connect()) {
                    next.send("a");
                    assertEquals("a", next.read(1));
                }
                first.send("b");
                assertEquals("b", first.read(1));
            }
        }
    }

    @Test
    void withoutItsProtocolTheListenerWaits() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT)) {
            bench.listener.configure(Bench.on(0));
            assertEquals(State.WAITING, bench.listener.report().state());
            assertTrue(bench.listener.report().detail().contains("protocol test"));
            try (Client client = bench.connect()) {
                client.send("a");
                assertEquals(0, bench.limits.asked.get());
                Protocol protocol = bench.speak(TestSession::new);
                assertEquals("a", client.read(1));
                assertEquals(State.OPEN, bench.listener.report().state());

                bench.protocols.remove(protocol);
                bench.listener.protocolsChanged();
                assertEquals(State.WAITING, bench.listener.report().state());
                client.send("b");
                assertEquals("b", client.read(1), "sessions go on without it");
                try (Client waiting = bench.connect()) {
                    waiting.send("c");
                    bench.speak(TestSession::new);
                    assertEquals("c", waiting.read(1));
                }
            }
        }
    }

    @Test
    void admittedWithoutASessionIsAbandoned() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT).serving(TestSession::new)) {
            bench.sessions.broken = true;
            try (Client client = bench.connect()) {
                assertTrue(client.isOver());
            }
            Bench.await("abandoned", () -> bench.limits.abandoned.get() == 1);
            assertEquals(0, bench.limits.connected.get());
            Bench.await("its place is free", () -> bench.engine.connections() == 0);
        }
    }

    @Test
    void everyConnectionIsCountedOnceWhateverBecomesOfIt() throws Exception {
        long seed = System.nanoTime();
        System.out.println("AdmissionTest seed " + seed);
        int clients = 1_000;
        AtomicInteger turn = new AtomicInteger();
        AtomicBoolean troubled = new AtomicBoolean(true);
        try (Bench bench = new Bench(epoll, Bench.PATIENT)) {
            bench.listener.configure(Bench.on(0));
            bench.speak(
                    connection -> {
                        if (troubled.get() && turn.incrementAndGet() % 10 == 0) {
                            throw new IllegalStateException("broken by the test");
                        }
                        return new TestSession(connection);
                    });
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                List<Future<?>> done = new ArrayList<>();
                for (int i = 0; i < clients; i++) {
                    int how = new Random(seed + i).nextInt(4);
                    done.add(
                            threads.submit(
                                    () -> {
                                        connectAndGo(bench, how);
                                        return null;
                                    }));
                }
                for (Future<?> client : done) {
                    client.get(60, TimeUnit.SECONDS);
                }
            } finally {
                threads.shutdown();
            }
            // The last in the queue; a full queue may have lost some before.
            troubled.set(false);
            try (Client last = bench.connect()) {
                last.send("z");
                assertEquals("z", last.read(1));
            }
            Bench.await("all books are balanced", bench.limits::balanced);
            assertTrue(bench.limits.admitted.get() > clients / 2);
            assertEquals(bench.sessions.begun.get(), bench.sessions.ends.size());
            Bench.await("all places are free", () -> bench.engine.connections() == 0);
            assertEquals(0, bench.listener.report().sessions());
        }
    }

    private static void connectAndGo(Bench bench, int how) throws IOException {
        try (Client client = bench.connect()) {
            switch (how) {
                case 0 -> client.reset();
                case 1 -> client.send("half a line");
                case 2 -> {
                    client.send("a");
                    client.reset();
                }
                default -> client.finish();
            }
        } catch (SocketException resetByTheServer) {
            // One in ten is: that is a way to go, too.
        }
    }

    @Test
    void failingToAcceptPausesAndDoesNotSpin() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT).serving(TestSession::new)) {
            Acceptor acceptor =
                    Acceptor.open(
                            bench.listener,
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            acceptor.update();
            Bench.await("accepting", () -> acceptor.socket().config().isAutoRead());
            BlockingQueue<Boolean> accepting = new LinkedBlockingQueue<>();
            acceptor.socket()
                    .eventLoop()
                    .execute(
                            () -> {
                                acceptor.socket()
                                        .pipeline()
                                        .fireExceptionCaught(
                                                new IOException("no descriptors: by the test"));
                                accepting.add(acceptor.socket().config().isAutoRead());
                            });
            assertEquals(false, Bench.next(accepting));
            try (Client client =
                    new Client(new Socket(InetAddress.getLoopbackAddress(), acceptor.port()))) {
                client.send("a");
                assertEquals("a", client.read(1), "it never accepts again");
            } finally {
                acceptor.close();
            }
        }
    }

    @Test
    void aConnectionThatBrokeInTheQueueKeepsNobodyOut() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT).serving(TestSession::new)) {
            Acceptor acceptor =
                    Acceptor.open(
                            bench.listener,
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            acceptor.update();
            BlockingQueue<Boolean> accepting = new LinkedBlockingQueue<>();
            acceptor.socket()
                    .eventLoop()
                    .execute(
                            () -> {
                                acceptor.socket()
                                        .pipeline()
                                        .fireExceptionCaught(
                                                new Errors.NativeIoException("accept", -103));
                                accepting.add(acceptor.socket().config().isAutoRead());
                            });
            assertEquals(true, Bench.next(accepting));
            acceptor.close();
        }
    }

    @Test
    void closingTurnsAwayWhoIsHeld() throws Exception {
        Bench bench = new Bench(epoll, Bench.PATIENT).serving(TestSession::new);
        bench.limits.policy = () -> new Admission.Delayed(Duration.ofMillis(10));
        try (Client client = bench.connect()) {
            Bench.await("held", () -> bench.listener.report().state() == State.WAITING);
            bench.close();
            assertTrue(client.isOver());
            assertEquals("the listener is closing", Bench.next(bench.sessions.refused));
        }
    }
}

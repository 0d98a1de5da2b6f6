package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.protocol.Connection;
import org.postern.api.protocol.OutputBuffer;
import org.postern.listener.internal.Bench.Client;

/**
 * What waits for readers who stall is bounded for all of them together, and none of them starves.
 */
@ParameterizedClass(name = "epoll {0}")
@ValueSource(booleans = {true, false})
final class BudgetTest {
    /** More than a socket's buffers take. */
    private static final int BUFFERS = 100;

    private static final int READERS = 8;
    private static final int BUFFER = OutputBuffer.CAPACITY;

    private final boolean epoll;

    BudgetTest(boolean epoll) {
        this.epoll = epoll;
    }

    /** Sends much while it may, and says what it thinks of that. */
    private static final class Sender extends TestSession {
        private int left;
        private final AtomicInteger woken = new AtomicInteger();
        private final AtomicInteger sent = new AtomicInteger();

        Sender(Connection connection) {
            super(connection);
        }

        @Override
        public void input(ByteBuffer input) {
            input.position(input.limit());
            left = BUFFERS;
            goOn();
        }

        @Override
        public void writable() {
            woken.incrementAndGet();
            goOn();
        }

        private void goOn() {
            while (left > 0 && connection.writable()) {
                left--;
                sent.incrementAndGet();
                send(new byte[BUFFER]);
            }
        }
    }

    private List<Client> stalled(Bench bench) throws Exception {
        List<Client> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            Client reader = bench.connect();
            reader.send("go");
            readers.add(reader);
        }
        return readers;
    }

    private static void settle(List<Sender> senders) {
        AtomicLong last = new AtomicLong(-1);
        AtomicInteger same = new AtomicInteger();
        Bench.await(
                "the readers stall",
                () -> {
                    long sent = senders.stream().mapToLong(sender -> sender.sent.get()).sum();
                    boolean still = sent > 0 && last.getAndSet(sent) == sent;
                    return (still ? same.incrementAndGet() : same.getAndSet(0)) > 200;
                });
    }

    private static List<Sender> senders(Bench bench) throws Exception {
        List<Sender> senders = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            senders.add((Sender) bench.session());
        }
        return senders;
    }

    private static void assertAllIsRead(List<Client> readers) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> reading = new ArrayList<>();
            for (Client reader : readers) {
                reading.add(
                        threads.submit(
                                () -> {
                                    reader.socket
                                            .getInputStream()
                                            .skipNBytes((long) BUFFERS * BUFFER);
                                    return null;
                                }));
            }
            for (Future<?> reader : reading) {
                reader.get(Bench.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void beyondTheBudgetEachHasOneBufferAtMost() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT)) {
            long budget = 3L * BUFFER;
            bench.limits.maxOctetsInFlight = budget;
            bench.serving(Sender::new);
            List<Client> readers = stalled(bench);
            List<Sender> senders = senders(bench);
            settle(senders);
            long inFlight = bench.engine.outputs().inFlight();
            assertTrue(inFlight >= budget, "less than granted: " + inFlight);
            assertTrue(inFlight <= budget + READERS * BUFFER, "more than granted: " + inFlight);

            // All stand still: nothing polls.
            int woken = senders.stream().mapToInt(sender -> sender.woken.get()).sum();
            assertAllIsRead(readers);
            int later = senders.stream().mapToInt(sender -> sender.woken.get()).sum();
            assertTrue(later - woken <= READERS * (BUFFERS + 1), "woken " + (later - woken));
            Bench.await("nothing is in flight", () -> bench.engine.outputs().inFlight() == 0);
            for (Client reader : readers) {
                reader.close();
            }
        }
    }

    @Test
    void withinTheBudgetOnlyItsOwnMarkHoldsAConnectionBack() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT)) {
            long all = (long) READERS * (Connection.WRITE_HIGH_WATER + BUFFER);
            bench.limits.maxOctetsInFlight = all + 1;
            bench.serving(Sender::new);
            List<Client> readers = stalled(bench);
            List<Sender> senders = senders(bench);
            settle(senders);
            long inFlight = bench.engine.outputs().inFlight();
            // A connection that has come to its mark stays there until half of that has left.
            assertTrue(inFlight >= (long) READERS * BUFFER, "" + inFlight);
            assertEquals(
                    0, senders.stream().filter(sender -> sender.sent.get() == BUFFERS).count());
            assertTrue(inFlight <= all, "" + inFlight);
            for (Client reader : readers) {
                reader.close();
            }
            Bench.await("nothing is in flight", () -> bench.engine.outputs().inFlight() == 0);
        }
    }

    @Test
    void oneStalledReaderWhoHasItAllStopsNobody() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT)) {
            bench.limits.maxOctetsInFlight = 1;
            bench.serving(Sender::new);
            try (Client stalled = bench.connect()) {
                stalled.send("go");
                settle(List.of((Sender) bench.session()));
                assertTrue(bench.engine.outputs().inFlight() > 1);
                try (Client reader = bench.connect()) {
                    reader.send("go");
                    assertAllIsRead(List.of(reader));
                }
            }
        }
    }

    @Test
    void theLimitsAreAskedOnceASecondAndTheirLastWordCounts() {
        FakeLimits limits = new FakeLimits();
        FailureLog failures = new FailureLog("test", "failed");
        AtomicLong clock = new AtomicLong(Long.MAX_VALUE);
        AtomicLong inFlight = new AtomicLong(99);
        OutputBudget budget = new OutputBudget(inFlight::get, clock::get);
        limits.maxOctetsInFlight = 100;
        assertFalse(budget.isSpent(limits, failures));
        inFlight.set(100);
        assertTrue(budget.isSpent(limits, failures));
        limits.maxOctetsInFlight = 101;
        clock.addAndGet(Duration.ofMillis(999).toNanos());
        assertTrue(budget.isSpent(limits, failures), "asked too often");
        clock.addAndGet(Duration.ofMillis(1).toNanos());
        assertFalse(budget.isSpent(limits, failures));
        limits.maxOctetsInFlight = 0;
        clock.addAndGet(Duration.ofSeconds(2).toNanos());
        assertFalse(budget.isSpent(limits, failures), "an answer that fails counts");
    }
}

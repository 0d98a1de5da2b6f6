package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.limits.Admission;
import org.postern.listener.internal.Bench.Client;

/** What a client reads that is not admitted, and that a flood of them costs nothing. */
@ParameterizedClass(name = "epoll {0}")
@ValueSource(booleans = {true, false})
final class RefusalTest {
    private static final String BUSY = "-ERR [SYS/TEMP] too many\r\n";

    private final boolean epoll;

    RefusalTest(boolean epoll) {
        this.epoll = epoll;
    }

    private Bench refusing(Timing timing) {
        Bench bench = new Bench(epoll, timing).serving(TestSession::new);
        bench.busy = BUSY;
        bench.limits.policy = () -> new Admission.Refused("per source limit reached");
        return bench;
    }

    @Test
    void refusedIsToldSo() throws Exception {
        try (Bench bench = refusing(Bench.PATIENT)) {
            try (Client client = bench.connect()) {
                assertEquals(BUSY, client.rest());
                assertEquals("per source limit reached", Bench.next(bench.sessions.refused));
            }
            assertEquals(0, bench.sessions.begun.get());
            Bench.await("its place is free", () -> bench.engine.connections() == 0);
        }
    }

    @Test
    void whoSpeaksFirstCanReadItToo() throws Exception {
        try (Bench bench = refusing(Bench.PATIENT)) {
            for (int i = 0; i < 20; i++) {
                try (Client client = bench.connect()) {
                    client.send("USER a\r\nPASS b\r\n");
                    assertEquals(BUSY, client.rest(), "a reset overtook it");
                }
            }
        }
    }

    @Test
    void whoGoesOnSpeakingIsNotReset() throws Exception {
        Timing timing = TimingBuilder.patient().discard(Bench.PATIENCE).build();
        try (Bench bench = refusing(timing);
                Client client = bench.connect()) {
            assertEquals(BUSY, client.rest());
            for (int i = 0; i < 20; i++) {
                client.send("USER a\r\n");
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    @Test
    void aboveTheCeilingItIsToldAsWell() throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT, 1).serving(TestSession::new)) {
            bench.busy = BUSY;
            try (Client first = bench.connect()) {
                bench.session();
                try (Client second = bench.connect()) {
                    assertEquals(BUSY, second.rest());
                }
                first.send("a");
                assertEquals("a", first.read(1));
            }
        }
    }

    @Test
    void whoDoesNotGoIsClosed() throws Exception {
        try (Bench bench = refusing(Bench.PATIENT);
                Client client = bench.connect()) {
            assertEquals(BUSY, client.rest());
            assertEquals(0, bench.engine.connections(), "it keeps others out");
            Bench.await("its socket to be closed", () -> isReset(client));
        }
    }

    private static boolean isReset(Client client) {
        try {
            client.send("x");
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void aFloodIsToldALittleAndClosedInSilence() throws Exception {
        AtomicLong told = new AtomicLong();
        try (Bench bench = refusing(Bench.PATIENT)) {
            long since = System.nanoTime();
            int all = 3 * Courtesy.A_SECOND;
            for (int i = 0; i < all; i++) {
                try (Client client = bench.connect()) {
                    told.addAndGet(client.rest().isEmpty() ? 0 : 1);
                } catch (SocketException reset) {
                    // Silence.
                }
            }
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since) + 2;
            assertTrue(told.get() >= Courtesy.A_SECOND, "told " + told);
            assertTrue(told.get() <= seconds * Courtesy.A_SECOND, "told " + told);
            assertEquals(all, bench.limits.asked.get());
        }
    }

    @Test
    void aWordThatIsTooLongIsNotSaid() throws Exception {
        try (Bench bench = refusing(Bench.PATIENT)) {
            bench.busy = "-" + "x".repeat(200);
            try (Client client = bench.connect()) {
                assertTrue(client.isOver());
            }
            bench.busy = "-" + "x".repeat(199);
            try (Client client = bench.connect()) {
                assertEquals(200, client.rest().length());
            }
        }
    }

    @Test
    void soManyASecond() {
        AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
        Courtesy courtesy = new Courtesy(clock::get);
        for (int second = 0; second < 3; second++) {
            for (int i = 0; i < Courtesy.A_SECOND; i++) {
                assertTrue(courtesy.extend());
            }
            assertFalse(courtesy.extend());
            clock.addAndGet(Duration.ofMillis(999).toNanos());
            assertFalse(courtesy.extend());
            clock.addAndGet(Duration.ofMillis(1).toNanos());
        }
    }
}

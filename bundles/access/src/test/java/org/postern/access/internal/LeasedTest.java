package org.postern.access.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeasedTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Leased<String> service = new Leased<>("service");

    @Test
    void anIdleServiceLeavesAtOnceAndIsNotGivenOutAgain() {
        assertTrue(service.acquire());
        service.release();
        assertTrue(service.retire(Duration.ZERO));
        assertFalse(service.acquire());
    }

    @Test
    void leavingWaitsForEveryCallInFlight() throws InterruptedException {
        assertTrue(service.acquire());
        assertTrue(service.acquire());
        Waiting leaving = Waiting.start(() -> assertTrue(service.retire(LONG)));
        assertFalse(service.acquire(), "a new call while leaving");
        service.release();
        service.release();
        leaving.join();
    }

    @Test
    void leavingDoesNotWaitForEver() {
        assertTrue(service.acquire());
        assertFalse(service.retire(Duration.ofMillis(1)));
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() {
        assertTrue(service.acquire());
        Thread.currentThread().interrupt();
        assertFalse(service.retire(LONG));
        assertTrue(Thread.interrupted());
    }
}

package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A service that comes and goes under calls. */
final class SwappableTest {
    @Test
    void callsTheNewest() {
        Swappable<String> services = new Swappable<>(Bench.PATIENCE);
        assertEquals(Optional.empty(), services.call(service -> service));
        services.set("a");
        services.set("b");
        services.unset("a");
        assertEquals(Optional.of("b"), services.call(service -> service));
        services.unset("b");
        assertEquals(Optional.empty(), services.call(service -> service));
    }

    @Test
    void whoGoesWaitsForItsCallsForAWhile() throws Exception {
        Swappable<String> services = new Swappable<>(Duration.ofMillis(50));
        services.set("a");
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Optional<Boolean>> call =
                CompletableFuture.supplyAsync(
                        () ->
                                services.call(
                                        service -> {
                                            called.countDown();
                                            return awaitLatch(release);
                                        }));
        assertTrue(awaitLatch(called));
        long before = System.nanoTime();
        services.unset("a");
        assertTrue(System.nanoTime() - before >= Duration.ofMillis(50).toNanos());
        assertFalse(call.isDone());
        release.countDown();
        assertEquals(Optional.of(true), call.get(20, TimeUnit.SECONDS));
        services.unset("a");
    }

    private static boolean awaitLatch(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}

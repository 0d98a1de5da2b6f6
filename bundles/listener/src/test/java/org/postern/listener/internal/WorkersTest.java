package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Order, bounds and fairness of the workers. */
final class WorkersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void oneAtATimeAndInOrder() {
        Workers workers = new Workers(4, 100);
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Workers.Serial serial = workers.serial();
        CountDownLatch all = new CountDownLatch(1_000);
        Workers.Serial others = workers.serial();
        int next = 0;
        while (next < 1_000) {
            int number = next;
            if (serial.submit(
                    () -> {
                        most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                        order.add(number);
                        atOnce.decrementAndGet();
                        all.countDown();
                    })) {
                next++;
            }
            others.submit(Thread::yield);
        }
        await(all);
        assertEquals(IntStream.range(0, 1_000).boxed().toList(), order);
        assertEquals(1, most.get());
        assertTrue(workers.close(PATIENCE));
    }

    @Test
    void aFullQueueIsSaidAndNothingIsLost() {
        Workers workers = new Workers(1, 2);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        Workers.Serial busy = workers.serial();
        assertTrue(
                busy.submit(
                        () -> {
                            started.countDown();
                            await(release);
                        }));
        await(started);
        assertTrue(workers.serial().submit(ran::incrementAndGet));
        assertTrue(workers.serial().submit(ran::incrementAndGet));
        assertFalse(workers.serial().submit(ran::incrementAndGet), "the queue has two places");
        // Its connection has a worker already; the full queue must not make it lose its task.
        assertTrue(busy.submit(ran::incrementAndGet));
        release.countDown();
        assertTrue(workers.close(PATIENCE));
        assertEquals(3, ran.get());
    }

    @Test
    void oneConnectionsTasksAreBounded() {
        Workers workers = new Workers(1, 10);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(1);
        Workers.Serial serial = workers.serial();
        serial.submit(
                () -> {
                    started.countDown();
                    await(release);
                });
        await(started);
        int accepted = 0;
        while (serial.submit(() -> {})) {
            accepted++;
        }
        assertEquals(Workers.QUEUE_OF_ONE, accepted);
        release.countDown();
        assertTrue(workers.close(PATIENCE));
    }

    @Test
    void whoHasMuchToDoGoesToTheBackOfTheQueue() {
        Workers workers = new Workers(1, 10);
        CountDownLatch release = new CountDownLatch(1);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        Workers.Serial greedy = workers.serial();
        greedy.submit(() -> await(release));
        greedy.submit(() -> order.add("greedy 1"));
        greedy.submit(() -> order.add("greedy 2"));
        workers.serial().submit(() -> order.add("other"));
        release.countDown();
        Bench.await("all ran", () -> order.size() == 3);
        assertTrue(workers.close(PATIENCE));
        assertEquals(List.of("other", "greedy 1", "greedy 2"), order);
    }

    @Test
    void oneThatThrowsTakesNoneWithIt() throws Exception {
        Workers workers = new Workers(1, 10);
        Workers.Serial serial = workers.serial();
        CompletableFuture<Thread> next = new CompletableFuture<>();
        serial.submit(
                () -> {
                    Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
                    throw new IllegalStateException("by the test");
                });
        serial.submit(() -> next.complete(Thread.currentThread()));
        assertTrue(next.get(20, TimeUnit.SECONDS).getName().startsWith("postern-worker-"));
        assertTrue(workers.close(PATIENCE));
    }

    @Test
    void closedTakesNothingAndWaitsForWhatItTook() {
        Workers workers = new Workers(1, 10);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        Workers.Serial serial = workers.serial();
        serial.submit(() -> await(release));
        serial.submit(ran::incrementAndGet);
        serial.submit(ran::incrementAndGet);
        assertFalse(workers.close(Duration.ofMillis(10)));
        assertFalse(workers.serial().submit(ran::incrementAndGet));
        release.countDown();
        assertTrue(workers.close(PATIENCE));
        assertEquals(2, ran.get());
    }
}

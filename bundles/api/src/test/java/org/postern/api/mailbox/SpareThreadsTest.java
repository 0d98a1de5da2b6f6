package org.postern.api.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SpareThreadsTest {

    @Test
    void lendsAsManyAsThereAreAndQueuesNobody() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        Runnable busy =
                () -> {
                    begun.countDown();
                    awaitQuietly(end);
                };
        try (SpareThreads threads = new SpareThreads("spare", 2)) {
            assertTrue(threads.lend(busy));
            assertTrue(threads.lend(busy));
            begun.await();
            assertFalse(threads.lend(busy));
            end.countDown();
            // Whoever has ended helps again.
            CountDownLatch again = new CountDownLatch(1);
            while (!threads.lend(again::countDown)) {
                Thread.onSpinWait();
            }
            again.await();
        }
    }

    @Test
    void lendsNoneWhereThereIsNone() {
        try (SpareThreads threads = new SpareThreads("spare", 0)) {
            assertFalse(threads.lend(() -> {}));
        }
    }

    @Test
    void lendsNoneWhenClosed() {
        SpareThreads threads = new SpareThreads("spare", 1);
        threads.close();
        assertFalse(threads.lend(() -> {}));
    }

    @Test
    void whatWasLentIsWaitedForWhateverInterrupts() throws ExecutionException {
        Future<String> endsAfterTheInterrupt =
                new CompletableFuture<>() {
                    @Override
                    public String get() throws InterruptedException, ExecutionException {
                        try {
                            return super.get();
                        } finally {
                            complete("over");
                        }
                    }
                };
        Thread.currentThread().interrupt();
        assertEquals("over", SpareThreads.result(endsAfterTheInterrupt));
        assertTrue(Thread.interrupted());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

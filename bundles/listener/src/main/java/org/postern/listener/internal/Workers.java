package org.postern.listener.internal;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which files are read and written, for all connections of all listeners. Bounded in
 * threads and in what may wait, so that a slow disk makes clients wait and not the memory grow; a
 * connection is served one task at a time, in order, and goes to the back of the queue after each.
 */
final class Workers {
    /**
     * Tasks wait for disks more than for processors; more threads would only deepen their queue.
     */
    static final int THREADS =
            Math.max(8, Math.min(16, 2 * Runtime.getRuntime().availableProcessors()));

    /** Connections that may wait for a worker; who comes later is told to try again. */
    static final int QUEUE = 1024;

    /** Tasks of one connection: a protocol that hands out more does not wait for its answers. */
    static final int QUEUE_OF_ONE = 16;

    private static final int IDLE_SECONDS = 60;

    private final ThreadPoolExecutor pool;

    Workers(int threads, int queue) {
        AtomicInteger number = new AtomicInteger();
        pool =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(queue),
                        task -> {
                            // Netty's thread, so that its allocator's thread-locals end with it.
                            Thread thread =
                                    new FastThreadLocalThread(
                                            task, "postern-worker-" + number.incrementAndGet());
                            thread.setDaemon(true);
                            return thread;
                        });
        pool.allowCoreThreadTimeOut(true);
    }

    /** A connection's place in the queue. */
    Serial serial() {
        return new Serial();
    }

    /** Runs one task that belongs to no connection. False if the queue is full. */
    boolean submit(Runnable task) {
        try {
            pool.execute(task);
            return true;
        } catch (RejectedExecutionException full) {
            return false;
        }
    }

    /**
     * Takes no more, and waits for what was taken. Nothing is interrupted or dropped: a task may be
     * in the middle of rewriting a mailbox, or hold a descriptor that only it can close.
     *
     * @return whether all is done
     */
    boolean close(Duration patience) {
        pool.shutdown();
        try {
            return pool.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** One task at a time, in order. */
    final class Serial implements Runnable {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>(2);
        private boolean scheduled;

        private Serial() {}

        /** False if this or all connections have too much waiting; the task will not run then. */
        synchronized boolean submit(Runnable task) {
            if (tasks.size() >= QUEUE_OF_ONE) {
                return false;
            }
            if (!scheduled && !Workers.this.submit(this)) {
                return false;
            }
            scheduled = true;
            tasks.add(task);
            return true;
        }

        @Override
        public void run() {
            do {
                try {
                    next().run();
                } catch (RuntimeException | Error thrown) {
                    // Those behind it were promised to run.
                    Thread thread = Thread.currentThread();
                    thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
                }
            } while (goesOn());
        }

        private synchronized Runnable next() {
            return tasks.remove();
        }

        // To the back of the queue; where that is full, on at once, for these were promised to run.
        private synchronized boolean goesOn() {
            scheduled = !tasks.isEmpty();
            return scheduled && !Workers.this.submit(this);
        }
    }
}

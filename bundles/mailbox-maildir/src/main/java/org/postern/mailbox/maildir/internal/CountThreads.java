package org.postern.mailbox.maildir.internal;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that help workers to count messages, for all Maildirs together. One that is free begins
 * at once, or there is none: nothing is queued here, so nobody waits for somebody who waits.
 */
final class CountThreads implements AutoCloseable {
    private static final int IDLE_SECONDS = 60;

    private final int threads;
    private final ThreadPoolExecutor pool;

    /**
     * @param threads at most so many; with 0 nobody is ever helped
     */
    CountThreads(int threads) {
        this.threads = threads;
        AtomicInteger number = new AtomicInteger();
        pool =
                new ThreadPoolExecutor(
                        0,
                        Math.max(1, threads),
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        task -> {
                            Thread thread =
                                    new Thread(task, "postern-count-" + number.incrementAndGet());
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /** One for each processor beside the worker's own. */
    static CountThreads ofProcessors() {
        return new CountThreads(Runtime.getRuntime().availableProcessors() - 1);
    }

    /** Runs something beside the caller. False if nobody is free: it will not run then. */
    boolean lend(Runnable task) {
        if (threads == 0) {
            return false;
        }
        try {
            pool.execute(task);
            return true;
        } catch (RejectedExecutionException busy) {
            return false;
        }
    }

    /** Helps nobody any more; what is under way is ended. */
    @Override
    public void close() {
        pool.shutdown();
    }
}

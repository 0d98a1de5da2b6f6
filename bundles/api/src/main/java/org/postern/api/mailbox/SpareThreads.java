package org.postern.api.mailbox;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that help workers to read mailboxes, for all mailboxes of a format together: as many as
 * there are processors beside the worker's own. A thread that is free begins at once, or there is
 * none: nothing is queued here, so nobody waits for somebody who waits.
 */
public final class SpareThreads implements AutoCloseable {
    private static final int IDLE_SECONDS = 60;

    private final int threads;
    private final ThreadPoolExecutor pool;

    /**
     * @param name what they are called, before a number
     * @param threads at most so many; with 0 nobody is ever helped
     */
    public SpareThreads(String name, int threads) {
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
                            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /** One for each processor but one. */
    public static SpareThreads ofProcessors(String name) {
        return new SpareThreads(name, Runtime.getRuntime().availableProcessors() - 1);
    }

    /** Runs something beside the caller. False if nobody is free: it will not run then. */
    public boolean lend(Runnable task) {
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

    /**
     * Waits for what was lent, whatever interrupts: it works on the caller's files, so the caller
     * may not go on without it. An interrupt is kept for later.
     *
     * @throws ExecutionException with what it failed by
     */
    public static <T> T result(Future<T> lent) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return lent.get();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Helps nobody any more; what is under way is ended. */
    @Override
    public void close() {
        pool.shutdown();
    }
}

package org.postern.sasl.oauth.internal;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The few threads of this bundle: none waits for anybody. */
final class OAuthThreads {
    /** Signatures take a third of a millisecond; they must not take all of a large machine. */
    static final int WORKERS = 2;

    // Some 50 ms of work; more only piles up.
    private static final int QUEUE = 256;

    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, named("postern-sasl-oauth-timer"));
    private final ExecutorService workers =
            pool("postern-sasl-oauth", new ArrayBlockingQueue<>(QUEUE));
    // Without a bound of its own: the client's tasks are bounded by the requests under way.
    private final ExecutorService client =
            pool("postern-sasl-oauth-client", new LinkedBlockingQueue<>());

    OAuthThreads() {
        // Otherwise each login stays in memory until its deadline.
        timer.setRemoveOnCancelPolicy(true);
    }

    private static ExecutorService pool(String name, BlockingQueue<Runnable> queue) {
        return new ThreadPoolExecutor(WORKERS, WORKERS, 0, TimeUnit.SECONDS, queue, named(name));
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    /** For work that takes the processor, or a file's time. Full, it refuses. */
    Executor workers() {
        return workers;
    }

    /** For the HTTP client's own tasks. */
    Executor client() {
        return client;
    }

    void stop() {
        timer.shutdownNow();
        workers.shutdownNow();
        client.shutdownNow();
    }
}

package org.postern.access.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;

/** A thread that ought to wait for something; says whether it does. */
public final class Waiting {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Thread thread;

    private Waiting(Thread thread) {
        this.thread = thread;
    }

    /**
     * Starts it, and returns when it waits; one that runs to its end without waiting is a fault.
     */
    public static Waiting start(Runnable task) {
        Thread thread = new Thread(task, "postern-test-waiting");
        thread.setDaemon(true);
        thread.start();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!waits(thread.getState())) {
            assertTrue(thread.isAlive(), "did not wait");
            assertTrue(System.nanoTime() < end, "neither waits nor ends");
            Thread.onSpinWait();
        }
        return new Waiting(thread);
    }

    private static boolean waits(Thread.State state) {
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }

    /** Expects that it ends now. */
    public void join() throws InterruptedException {
        thread.join(PATIENCE.toMillis());
        assertFalse(thread.isAlive(), "still waiting");
    }
}

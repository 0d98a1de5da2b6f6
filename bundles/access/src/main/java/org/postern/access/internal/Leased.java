package org.postern.access.internal;

import java.time.Duration;

/**
 * A service that may leave. Whoever calls it holds a lease meanwhile; taking the service away
 * refuses new leases at once and waits, for a bounded time, until those held are given back (I7).
 *
 * @param <S> what the service is
 */
public final class Leased<S> {
    /** How long a service that leaves is kept from leaving by calls in flight. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private final S service;
    private int held;
    private boolean retired;

    public Leased(S service) {
        this.service = service;
    }

    /** The service; called only between {@link #acquire} and {@link #release}. */
    public S service() {
        return service;
    }

    /** Takes a lease; false if the service is leaving or has left. */
    public synchronized boolean acquire() {
        if (retired) {
            return false;
        }
        held++;
        return true;
    }

    /** Gives a lease back. */
    public synchronized void release() {
        held--;
        notifyAll();
    }

    /**
     * Refuses new leases, and waits for those that are held.
     *
     * @return false if some still were when the time was up
     */
    public synchronized boolean retire(Duration patience) {
        retired = true;
        long end = System.nanoTime() + patience.toNanos();
        while (held > 0) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                wait(left / 1_000_000, (int) (left % 1_000_000));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}

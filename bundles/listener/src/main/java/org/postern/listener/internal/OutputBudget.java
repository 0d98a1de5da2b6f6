package org.postern.listener.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.postern.api.limits.Limits;

/**
 * How much output all connections together may have waiting for their clients. Beyond it each may
 * still have one buffer on its way, so that everybody comes on and nobody has to be woken: who is
 * held back is so by his own output, and goes on when that has left. Memory is bounded by the
 * budget and one buffer a connection. Any thread.
 */
final class OutputBudget {
    /** The limits are changed by people: a second is at once, and costs nothing. */
    private static final long ASK_AGAIN = TimeUnit.SECONDS.toNanos(1);

    /** Until the limits have answered once. */
    private static final long FIRST = 16L << 20;

    private final LongSupplier inFlight;
    private final LongSupplier clock;
    private final AtomicLong asked;
    private volatile long granted = FIRST;

    /**
     * @param inFlight octets that wait now
     * @param clock in nanoseconds, from any origin
     */
    OutputBudget(LongSupplier inFlight, LongSupplier clock) {
        this.inFlight = inFlight;
        this.clock = clock;
        asked = new AtomicLong(clock.getAsLong() - ASK_AGAIN);
    }

    /** Whether only who has nothing waiting may be written to. */
    boolean isSpent(Limits limits, FailureLog failures) {
        long now = clock.getAsLong();
        long before = asked.get();
        if (now - before >= ASK_AGAIN && asked.compareAndSet(before, now)) {
            try {
                granted = limits.serverBounds().maxOctetsInFlight();
            } catch (RuntimeException | Error thrown) {
                failures.add(thrown);
            }
        }
        return inFlight.getAsLong() >= granted;
    }
}

package org.postern.access.internal;

import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Lets so many lines of one kind through in ten seconds and counts the others: a flood of
 * connections must not become a flood of log lines that fills the disk, and must not go unnoticed.
 */
public final class LogBudget {
    /** From {@link #take}: leave this line out. */
    public static final int DROPPED = -1;

    private static final long WINDOW = Duration.ofSeconds(10).toNanos();

    private final IntSupplier lines;
    private final LongSupplier nanos;
    private long windowStart;
    private int taken;
    private int dropped;

    /**
     * @param lines let through in each window
     * @param nanos a monotonic clock
     */
    public LogBudget(int lines, LongSupplier nanos) {
        this(() -> lines, nanos);
    }

    /**
     * @param lines let through in each window, asked for each; must not block
     * @param nanos a monotonic clock
     */
    public LogBudget(IntSupplier lines, LongSupplier nanos) {
        this.lines = lines;
        this.nanos = nanos;
        this.windowStart = nanos.getAsLong();
    }

    /**
     * Asks for a line.
     *
     * @return {@link #DROPPED}, or how many lines were left out since the last window and have not
     *     been told yet
     */
    public synchronized int take() {
        int untold = overdue();
        if (taken >= lines.getAsInt()) {
            dropped++;
            return DROPPED;
        }
        taken++;
        return untold;
    }

    /** How many lines were left out in a window that is over and have not been told yet. */
    public synchronized int overdue() {
        long now = nanos.getAsLong();
        if (now - windowStart < WINDOW) {
            return 0;
        }
        windowStart = now;
        taken = 0;
        return rest();
    }

    /** How many lines were left out and have not been told yet. */
    public synchronized int rest() {
        int untold = dropped;
        dropped = 0;
        return untold;
    }
}

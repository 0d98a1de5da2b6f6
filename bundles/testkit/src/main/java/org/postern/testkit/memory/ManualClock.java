package org.postern.testkit.memory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that moves only when told to, in nanoseconds since the epoch. It shows the kernel's
 * coarse clock as well, which is the one that files are stamped with.
 */
public final class ManualClock implements InstantSource {
    /** One timer tick at 250 Hz, as most Linux kernels have it. */
    public static final long DEFAULT_TICK_NANOS = 4_000_000;

    // In the middle of a tick, so that nothing is on a boundary by accident.
    private static final long START_NANOS = 1_700_000_000_001_500_000L;
    private static final long NANOS = 1_000_000_000;

    private final long tickNanos;
    private long nanos = START_NANOS;

    /** A clock with the default tick, somewhere in the year 2023. */
    public ManualClock() {
        this(DEFAULT_TICK_NANOS);
    }

    /**
     * @param tickNanos the resolution of {@link #coarseNanos}, positive
     */
    public ManualClock(long tickNanos) {
        if (tickNanos <= 0) {
            throw new IllegalArgumentException("a tick is positive");
        }
        this.tickNanos = tickNanos;
    }

    /** Now. */
    public long nanos() {
        return nanos;
    }

    /** The last tick: CLOCK_REALTIME_COARSE. */
    public long coarseNanos() {
        return nanos - Math.floorMod(nanos, tickNanos);
    }

    /** The resolution of {@link #coarseNanos}. */
    public long tickNanos() {
        return tickNanos;
    }

    /** Lets time pass. */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time passes forwards; use set to turn it back");
        }
        nanos = Math.addExact(nanos, duration.toNanos());
    }

    /** Lets the coarse clock move on by one tick. */
    public void tick() {
        advance(Duration.ofNanos(tickNanos));
    }

    /** Sets it, back too, as an administrator does. */
    public void set(long nanosSinceEpoch) {
        nanos = nanosSinceEpoch;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }
}

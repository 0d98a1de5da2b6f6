package org.postern.mailbox.mbox.internal;

import java.time.Duration;
import java.util.Optional;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.Posix;

/**
 * Waits, with the lock held, until no later write can get the mtime that the file has now; only
 * then does an unchanged mtime mean an unchanged file. popa3d's sleep of up to one second, but as
 * long as it has to be: the kernel stamps files with its coarse clock, and a time without
 * nanoseconds is taken for a file system that keeps whole seconds.
 *
 * <p>An mtime in the future counts as now. It cannot be waited out, and any later write is stamped
 * differently unless the file server's clock is ahead of ours; one unit of time covers that.
 */
final class TickWait {
    private static final long SECOND = 1_000_000_000;
    // Clocks are slewed and timers fire late; three rounds are two more than it takes.
    private static final int ROUNDS = 3;

    private final Posix posix;
    private int rounds;

    TickWait(Posix posix) {
        this.posix = posix;
    }

    /** How long to wait; empty when the time has passed. */
    Optional<Duration> next(FileStatus status) {
        long modified = status.modifiedNanos();
        long grain = modified % SECOND == 0 ? SECOND : posix.coarseTickNanos();
        long age = posix.coarseClockNanos() - modified;
        if (age >= grain || rounds == ROUNDS || (rounds > 0 && age < 0)) {
            return Optional.empty();
        }
        rounds++;
        return Optional.of(Duration.ofNanos(age < 0 ? grain : grain - age));
    }
}

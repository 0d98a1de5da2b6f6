package org.postern.mailbox.mbox.internal;

import java.time.Duration;
import java.util.Optional;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.LockMode;
import org.postern.api.posix.PosixException;

/**
 * Takes the configured locks, trying again by timer: a worker is never blocked by somebody else's
 * lock. The time waited is the sum of the pauses asked for, so a busy server waits longer, never
 * shorter, than configured.
 */
final class LockWait implements Stage {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    // Mail programs hold a lock for some milliseconds; nobody notices a tenth of a second.
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

    private final FileHandle file;
    private final LockMode mode;
    private final MboxSettings settings;
    private Duration waited = Duration.ZERO;
    private Duration pause = FIRST_PAUSE;

    LockWait(FileHandle file, LockMode mode, MboxSettings settings) {
        this.file = file;
        this.mode = mode;
        this.settings = settings;
    }

    @Override
    public Optional<Duration> advance() throws PosixException, MailboxException {
        if (file.tryLock(mode, settings.locks())) {
            return OVER;
        }
        Duration left = settings.lockTimeout().minus(waited);
        if (left.isZero()) {
            throw new MailboxException(
                    MailboxException.Kind.IN_USE,
                    "another program has held a lock on the mbox for "
                            + settings.lockTimeout().toSeconds()
                            + " s (lockTimeout)");
        }
        Duration now = least(pause, left);
        waited = waited.plus(now);
        pause = least(pause.multipliedBy(3).dividedBy(2), LONGEST_PAUSE);
        return Optional.of(now);
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}

package org.postern.mailbox.mbox.internal;

import java.time.Duration;
import java.util.Optional;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.PosixException;

/**
 * Scans a file under a lock that its owner holds, and makes sure that what was scanned and the
 * status kept for it belong together: the status is the same before and after, and, where it will
 * be compared later without a lock, a clock tick has passed. Somebody who writes in spite of the
 * lock makes it begin again, a few times.
 */
final class StableScan implements Stage {
    private static final int ATTEMPTS = 3;

    /** What a scan is for. */
    interface Purpose {
        /**
         * Begins a scan.
         *
         * @return what is to be scanned, and who is told what is found
         */
        Scan begin(FileStatus status) throws PosixException, MailboxException;
    }

    /**
     * One scan.
     *
     * @param from where it begins: at the file's start, or at a separator
     * @param to where it ends: at the file's end, or in front of another separator
     */
    record Scan(long from, long to, Findings findings) {}

    private enum Phase {
        BEGIN,
        SCAN,
        SETTLE
    }

    private final FileHandle file;
    private final Purpose purpose;
    private final boolean pastTick;
    private final MboxContext context;
    private Phase phase = Phase.BEGIN;
    private int attempts;
    // Empty before the first attempt.
    private Optional<FileStatus> status = Optional.empty();
    private Optional<FilePass> pass = Optional.empty();
    private TickWait tick;

    /**
     * @param pastTick whether to wait until no later write can get the same mtime
     */
    StableScan(FileHandle file, Purpose purpose, boolean pastTick, MboxContext context) {
        this.file = file;
        this.purpose = purpose;
        this.pastTick = pastTick;
        this.context = context;
        this.tick = new TickWait(context.posix());
    }

    /** The file's status that goes with what was scanned. */
    FileStatus status() {
        return status.orElseThrow();
    }

    @Override
    public Optional<Duration> advance() throws PosixException, MailboxException {
        while (true) {
            switch (phase) {
                case BEGIN -> begin();
                case SCAN -> {
                    switch (pass.orElseThrow().advance()) {
                        case PAUSED -> {
                            return YIELD;
                        }
                        case CUT_SHORT -> phase = Phase.BEGIN;
                        case DONE -> phase = Phase.SETTLE;
                    }
                }
                case SETTLE -> {
                    Optional<Duration> wait = untilPastTick();
                    if (wait.isPresent()) {
                        return wait;
                    }
                    if (file.status().isUnchangedSince(status())) {
                        return OVER;
                    }
                    phase = Phase.BEGIN;
                }
            }
        }
    }

    private Optional<Duration> untilPastTick() {
        // An empty mailbox is not looked at again.
        return pastTick && status().size() > 0 ? tick.next(status()) : Optional.empty();
    }

    private void begin() throws PosixException, MailboxException {
        if (attempts == ATTEMPTS) {
            throw new MailboxException(
                    MailboxException.Kind.UNAVAILABLE,
                    "another program goes on writing the mbox in spite of the lock on it: it takes"
                            + " neither of the locks configured, or none at all");
        }
        attempts++;
        FileStatus now = file.status();
        Scan scan = purpose.begin(now);
        status = Optional.of(now);
        pass = Optional.of(new FilePass(file, scan, context.buffers(), context.aides()));
        tick = new TickWait(context.posix());
        phase = Phase.SCAN;
    }
}

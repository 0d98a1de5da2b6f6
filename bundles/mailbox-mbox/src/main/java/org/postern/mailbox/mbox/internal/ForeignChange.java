package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.posix.LockMode;

/**
 * Finds out whether another program has changed the messages of a snapshot. As long as inode, size,
 * mtime and ctime are what they were, nobody has, and nothing is locked or read. Otherwise the file
 * is locked and all of its messages are compared: if they are the same, mail was appended or only
 * the file's attributes were touched, and the new status is what later ones are compared with.
 */
final class ForeignChange implements Stage {
    private enum Phase {
        LOOK,
        LOCK,
        VERIFY
    }

    private final MboxFile file;
    private final Verification verification;
    private final LockWait lock;
    private final StableScan scan;
    private Phase phase = Phase.LOOK;

    ForeignChange(MboxFile file, MailboxSnapshot snapshot, MboxContext context) {
        this.file = file;
        this.verification = new Verification(snapshot);
        this.lock = new LockWait(file.handle(), LockMode.SHARED, context.settings());
        this.scan = new StableScan(file.handle(), verification, true, context);
    }

    /** Over: nobody has. Fails with CHANGED if somebody has. */
    @Override
    public Optional<Duration> advance() throws IOException, MailboxException {
        while (true) {
            switch (phase) {
                case LOOK -> {
                    if (nothingHappened()) {
                        return OVER;
                    }
                    file.requireInPlace();
                    phase = Phase.LOCK;
                }
                case LOCK -> {
                    Optional<Duration> wait = lock.advance();
                    if (wait.isPresent()) {
                        return wait;
                    }
                    phase = Phase.VERIFY;
                }
                case VERIFY -> {
                    Optional<Duration> wait = scan.advance();
                    if (wait.isPresent()) {
                        return wait;
                    }
                    verification.requireAll();
                    file.handle().unlock();
                    phase = Phase.LOOK;
                    file.know(scan.status());
                    return OVER;
                }
            }
        }
    }

    /** Whether the file's status is what it was: a look, and no more. */
    boolean nothingHappened() throws IOException {
        return file.handle().status().isUnchangedSince(file.known());
    }

    /** Releases the lock, if it holds one. */
    void release() {
        if (phase == Phase.VERIFY) {
            phase = Phase.LOOK;
            MboxFile.unlock(file.handle());
        }
    }
}

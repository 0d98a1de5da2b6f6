package org.postern.mailbox.mbox.internal;

import java.time.Duration;
import java.util.Optional;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/** Compares one message of a snapshot, with all of its octets, with what the file has there. */
final class MessageCheck implements Stage, Findings {
    private final MailboxSnapshot snapshot;
    private final int message;
    private final long length;
    private final FilePass pass;
    private boolean found;

    /**
     * @param file whose end, at least, is where it was when the snapshot was made
     */
    MessageCheck(FileHandle file, MailboxSnapshot snapshot, int message, BlockBuffers buffers) {
        this.snapshot = snapshot;
        this.message = message;
        long from = range(snapshot, message).separator();
        long to =
                message == snapshot.count() - 1
                        ? snapshot.file().orElseThrow().size()
                        : range(snapshot, message + 1).separator();
        this.length = to - from;
        this.pass =
                new FilePass(file, new StableScan.Scan(from, to, this), buffers, ScanAides.NONE);
    }

    /** Octets that are read for it. */
    long length() {
        return length;
    }

    /** Over: it is the same. Fails with CHANGED if it is not. */
    @Override
    public Optional<Duration> advance() throws PosixException, MailboxException {
        return switch (pass.advance()) {
            case PAUSED -> YIELD;
            case CUT_SHORT -> throw changed();
            case DONE -> OVER;
        };
    }

    void complete() throws PosixException, MailboxException {
        while (advance().isPresent()) {
            // It only takes turns, and is short.
        }
    }

    @Override
    public void message(ScannedMessage scanned) throws MailboxException {
        if (found || !Verification.isMessage(scanned, snapshot, message)) {
            throw changed();
        }
        found = true;
    }

    @Override
    public MailboxException malformed(String reason) {
        return changed();
    }

    private MailboxException changed() {
        return Verification.changed(
                "message " + (message + 1) + " of the mbox is not the one that it was");
    }

    static StoredAt.Range range(MailboxSnapshot snapshot, int message) {
        return (StoredAt.Range) snapshot.storedAt(message);
    }
}

package org.postern.mailbox.mbox.internal;

import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.posix.FileStatus;

/**
 * Compares what a scan finds with a snapshot: place, size and digest of every message, in as much
 * of the file as there was then. What is behind that is new mail and no change. The digests are
 * over every octet, so that even a change that keeps all sizes is seen.
 */
final class Verification implements StableScan.Purpose, Findings {
    private final MailboxSnapshot snapshot;
    private final long length;
    private int next;

    /**
     * @param snapshot of an mbox, not empty
     */
    Verification(MailboxSnapshot snapshot) {
        this.snapshot = snapshot;
        this.length = snapshot.file().orElseThrow().size();
    }

    @Override
    public StableScan.Scan begin(FileStatus status) throws MailboxException {
        if (status.size() < length) {
            throw changed("the mbox is shorter than it was");
        }
        next = 0;
        return new StableScan.Scan(0, length, this);
    }

    @Override
    public void message(ScannedMessage found) throws MailboxException {
        if (next == snapshot.count() || !isMessage(found, snapshot, next)) {
            throw changed("message " + (next + 1) + " of the mbox is not the one that it was");
        }
        next++;
    }

    @Override
    public MailboxException malformed(String reason) {
        return changed("the mbox is none any more: " + reason);
    }

    /** To be called when the scan is over: whether no message is missing. */
    void requireAll() throws MailboxException {
        if (next != snapshot.count()) {
            throw changed("the mbox has fewer messages than it had");
        }
    }

    static MailboxException changed(String reason) {
        return new MailboxException(MailboxException.Kind.CHANGED, reason);
    }

    /** Whether a message that was found is one of a snapshot, in its place. */
    static boolean isMessage(ScannedMessage found, MailboxSnapshot snapshot, int message) {
        StoredAt.Range range =
                new StoredAt.Range(
                        found.separator(), found.start(), found.length(), found.digest());
        return range.equals(snapshot.storedAt(message))
                && found.octets() == snapshot.octets(message)
                && found.lineEndMissing() == snapshot.finalLineEndMissing(message);
    }
}

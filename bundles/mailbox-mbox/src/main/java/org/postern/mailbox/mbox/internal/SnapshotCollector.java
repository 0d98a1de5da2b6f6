package org.postern.mailbox.mbox.internal;

import java.util.Optional;
import java.util.Set;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshotBuilder;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.mailbox.StoredMessage;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.PosixException;

/** Names what a scan finds and puts it into a snapshot, within the bounds of the limits policy. */
final class SnapshotCollector implements Findings {
    private final MailboxSnapshotBuilder into;
    private final UniqueIds ids;
    private final MailboxBounds bounds;

    SnapshotCollector(MailboxSnapshotBuilder into, UniqueIds ids, MailboxBounds bounds) {
        this.into = into;
        this.ids = ids;
        this.bounds = bounds;
    }

    /** Refuses a file that is too large, before any of it is read. */
    static void requireWithin(MailboxBounds bounds, FileStatus status) throws MailboxException {
        if (status.size() > bounds.maxOctets()) {
            throw new MailboxException(
                    MailboxException.Kind.TOO_LARGE,
                    "the mbox has "
                            + status.size()
                            + " octets, more than the "
                            + bounds.maxOctets()
                            + " that the limits allow (maxMailboxBytes)");
        }
    }

    @Override
    public void message(ScannedMessage found) throws PosixException, MailboxException {
        if (into.count() == bounds.maxMessages()) {
            throw new MailboxException(
                    MailboxException.Kind.TOO_LARGE,
                    "the mbox has more than the "
                            + bounds.maxMessages()
                            + " messages that the limits allow (maxMessages)");
        }
        into.add(
                new StoredMessage(
                        ids.next(found),
                        found.octets(),
                        new StoredAt.Range(
                                found.separator(), found.start(), found.length(), found.digest()),
                        LineConvention.LF,
                        found.lineEndMissing(),
                        Set.of(),
                        Optional.empty()));
    }

    @Override
    public MailboxException malformed(String reason) {
        return new MailboxException(
                MailboxException.Kind.NOT_A_MAILBOX,
                "the file is not an mbox and is left alone: " + reason);
    }
}

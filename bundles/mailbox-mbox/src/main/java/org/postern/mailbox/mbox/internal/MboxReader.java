package org.postern.mailbox.mbox.internal;

import java.util.Optional;
import java.util.Set;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MailboxSnapshotBuilder;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.mailbox.StoredMessage;
import org.postern.api.posix.FileStatus;

/** Makes a snapshot of what a scan finds, within the bounds of the limits policy. */
final class MboxReader implements StableScan.Purpose {
    private final MailboxBounds bounds;
    private final UniqueIds.Rule rule;
    private final ImapBases bases;
    private MailboxSnapshotBuilder builder = MailboxSnapshot.builder();
    // Empty before the first scan.
    private Optional<Scanned> scanned = Optional.empty();

    private record Scanned(FileStatus status, UniqueIds ids) {}

    /**
     * @param bases what is remembered of mailboxes whose first message does not say it
     */
    MboxReader(MailboxBounds bounds, UniqueIds.Rule rule, ImapBases bases) {
        this.bounds = bounds;
        this.rule = rule;
        this.bases = bases;
    }

    @Override
    public StableScan.Scan begin(FileStatus status) throws MailboxException {
        if (status.size() > bounds.maxOctets()) {
            throw new MailboxException(
                    MailboxException.Kind.TOO_LARGE,
                    "the mbox has "
                            + status.size()
                            + " octets, more than the "
                            + bounds.maxOctets()
                            + " that the limits allow (maxMailboxBytes)");
        }
        builder = MailboxSnapshot.builder();
        if (status.size() > 0) {
            builder.file(status);
        }
        UniqueIds ids = new UniqueIds(rule, () -> bases.find(status));
        scanned = Optional.of(new Scanned(status, ids));
        return new StableScan.Scan(0, status.size(), new Collector(builder, ids));
    }

    /** The messages of the last scan; asked for once. */
    MailboxSnapshot snapshot() {
        scanned.ifPresent(
                last -> last.ids().imapBase().ifPresent(base -> bases.keep(last.status(), base)));
        return builder.build();
    }

    private final class Collector implements Findings {
        private final MailboxSnapshotBuilder into;
        private final UniqueIds ids;

        Collector(MailboxSnapshotBuilder into, UniqueIds ids) {
            this.into = into;
            this.ids = ids;
        }

        @Override
        public void message(ScannedMessage found) throws MailboxException {
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
                                    found.separator(),
                                    found.start(),
                                    found.length(),
                                    found.digest()),
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
}

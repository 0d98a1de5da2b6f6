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
    private MailboxSnapshotBuilder builder = MailboxSnapshot.builder();

    MboxReader(MailboxBounds bounds, UniqueIds.Rule rule) {
        this.bounds = bounds;
        this.rule = rule;
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
                            + " that the limits allow");
        }
        builder = MailboxSnapshot.builder();
        if (status.size() > 0) {
            builder.file(status);
        }
        return new StableScan.Scan(status.size(), new Collector(builder, new UniqueIds(rule)));
    }

    /** The messages of the last scan; asked for once. */
    MailboxSnapshot snapshot() {
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
                                + " messages that the limits allow");
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

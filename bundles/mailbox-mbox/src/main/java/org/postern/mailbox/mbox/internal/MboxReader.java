package org.postern.mailbox.mbox.internal;

import java.util.Optional;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MailboxSnapshotBuilder;
import org.postern.api.posix.FileStatus;

/** Makes a snapshot of all that a file has. */
final class MboxReader implements IndexedRead.Source {
    private final MailboxBounds bounds;
    private final UniqueIds.Rule rule;
    private final CopyDigests copies;
    private final ImapBases bases;
    // Of the last scan; empty before the first.
    private Optional<Begun> begun = Optional.empty();

    private record Begun(MailboxSnapshotBuilder builder, UniqueIds ids) {}

    /**
     * @param bases what is remembered of mailboxes whose first message does not say it
     */
    MboxReader(MailboxBounds bounds, UniqueIds.Rule rule, CopyDigests copies, ImapBases bases) {
        this.bounds = bounds;
        this.rule = rule;
        this.copies = copies;
        this.bases = bases;
    }

    @Override
    public StableScan.Scan begin(FileStatus status) throws MailboxException {
        SnapshotCollector.requireWithin(bounds, status);
        MailboxSnapshotBuilder builder = MailboxSnapshot.builder();
        if (status.size() > 0) {
            builder.file(status);
        }
        UniqueIds ids = new UniqueIds(rule, copies, () -> bases.find(status));
        begun = Optional.of(new Begun(builder, ids));
        return new StableScan.Scan(0, status.size(), new SnapshotCollector(builder, ids, bounds));
    }

    @Override
    public KnownMailbox result(FileStatus status, boolean settled) {
        Begun last = begun.orElseThrow();
        Optional<ImapBase> imapBase = last.ids().imapBase();
        imapBase.ifPresent(base -> bases.keep(status, base));
        return new KnownMailbox(status, settled, false, rule, imapBase, last.builder().build());
    }
}

package org.postern.mailbox.mbox.internal;

import java.util.Optional;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.posix.FileStatus;

/**
 * The index of a mailbox: what was read, and what it takes to go on from there. A message's digest
 * in the snapshot is the sample by which it is known again.
 *
 * @param status the file's, before and after it was read
 * @param settled whether a later write has to show in the status. Otherwise an unchanged status
 *     proves nothing, and samples are looked at
 * @param sampled whether some of the messages were known by samples of others: then none is sent or
 *     deleted before it was compared itself
 * @param rule the unique-ids'
 * @param imapBase what the unique-ids were numbered from
 * @param snapshot its messages, at least one
 */
record KnownMailbox(
        FileStatus status,
        boolean settled,
        boolean sampled,
        UniqueIds.Rule rule,
        Optional<ImapBase> imapBase,
        MailboxSnapshot snapshot) {
    // This, the snapshot, the two statuses and their place in a map, and what arrays begin with.
    private static final int OWN_OCTETS = 800;

    /** Octets of memory. */
    long memory() {
        return OWN_OCTETS + snapshot.memory();
    }

    /** Whether the file holds these messages, and no others. */
    boolean holds(FileStatus now) {
        return settled && now.isUnchangedSince(status);
    }

    /**
     * Whether the file may begin with these messages: it is longer, or nobody knows. A single one
     * is not worth it: it is read again in any case.
     */
    boolean mayBegin(FileStatus now) {
        boolean longer = now.size() > status.size();
        boolean unsure = !settled && now.isUnchangedSince(status);
        return now.isSameFile(status) && (longer || unsure) && snapshot.count() > 1;
    }

    boolean isWithin(MailboxBounds bounds) {
        return status.size() <= bounds.maxOctets() && snapshot.count() <= bounds.maxMessages();
    }
}

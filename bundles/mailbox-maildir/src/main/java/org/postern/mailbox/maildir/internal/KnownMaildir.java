package org.postern.mailbox.maildir.internal;

import java.util.Optional;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.StoredAt;

/**
 * A Maildir as it was read last. A message that is the same file as then need not be counted again.
 *
 * <p>While neither directory has changed, nothing was delivered, renamed or removed, and the list
 * of messages is what it was, without asking for one of them. That a file is not written in place
 * is the format's rule; who breaks it changes no directory, but is found out when the message is
 * asked for, whose size and mtime are compared then. This one is forgotten at that.
 */
final class KnownMaildir {
    // This, the snapshot, some statuses and the place in a map.
    private static final int OWN_OCTETS = 1_000;

    private final IdRule rule;
    private final Optional<MaildirMark> mark;
    private final MailboxSnapshot snapshot;
    private final KnownSizes sizes;

    /**
     * @param mark before and after it was read, if nothing has changed meanwhile; empty if it
     *     cannot be told, or had not settled
     * @param sizes of the snapshot's messages
     */
    KnownMaildir(
            IdRule rule, Optional<MaildirMark> mark, MailboxSnapshot snapshot, KnownSizes sizes) {
        this.rule = rule;
        this.snapshot = snapshot;
        this.sizes = sizes;
        boolean allSettled = sizes.count() == snapshot.count();
        this.mark = allSettled ? mark : Optional.empty();
    }

    MailboxSnapshot snapshot() {
        return snapshot;
    }

    /** Octets of memory. */
    long memory() {
        return OWN_OCTETS + snapshot.memory() + sizes.memory();
    }

    /** Under which rule for unique-ids it was read. */
    IdRule rule() {
        return rule;
    }

    /** How it was, if it can be told whether it still is. */
    Optional<MaildirMark> mark() {
        return mark;
    }

    /** What its messages measured. */
    KnownSizes sizes() {
        return sizes;
    }

    boolean isWithin(MailboxBounds bounds) {
        long stored = 0;
        for (int i = 0; i < snapshot.count() && stored <= bounds.maxOctets(); i++) {
            stored += ((StoredAt.File) snapshot.storedAt(i)).size();
        }
        return snapshot.count() <= bounds.maxMessages() && stored <= bounds.maxOctets();
    }
}

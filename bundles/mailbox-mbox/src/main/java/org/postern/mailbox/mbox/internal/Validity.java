package org.postern.mailbox.mbox.internal;

import java.util.Optional;
import org.postern.api.mailbox.MailboxException;

/**
 * Whether a mailbox's snapshot still stands. Once another program has changed the file, every
 * operation fails alike; once this session has rewritten it, every one that needs the snapshot.
 */
final class Validity {
    private final Runnable whenChanged;
    private Optional<String> changed = Optional.empty();
    private boolean rewritten;

    /** Of what is not a snapshot's yet. */
    Validity() {
        this(() -> {});
    }

    /**
     * @param whenChanged told that the mailbox is not what was known of it
     */
    Validity(Runnable whenChanged) {
        this.whenChanged = whenChanged;
    }

    void require() throws MailboxException {
        requireNoForeignChange();
        if (rewritten) {
            throw Verification.changed("this session has rewritten the mbox already");
        }
    }

    void requireNoForeignChange() throws MailboxException {
        if (changed.isPresent()) {
            throw Verification.changed(changed.get());
        }
    }

    /** Takes note of a failure that ends the mailbox's use. */
    MailboxException note(MailboxException failure) {
        if (failure.kind() == MailboxException.Kind.CHANGED && !rewritten) {
            changed = Optional.of(failure.getMessage());
            whenChanged.run();
        }
        return failure;
    }

    /** The session is about to write: the snapshot is history, whatever comes of it. */
    void rewritten() {
        rewritten = true;
    }
}

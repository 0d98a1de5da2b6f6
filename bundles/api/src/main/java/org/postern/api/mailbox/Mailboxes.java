package org.postern.api.mailbox;

import org.osgi.annotation.versioning.ProviderType;
import org.postern.api.storage.MailStorage;

/**
 * Opens mailboxes that outlive their format's bundle. When a format is replaced, the mailbox given
 * out here drops the old format's object after the call in flight, reopens through the new one,
 * verifies, and goes on. While none is there an operation waits, up to {@link #SWAP_SECONDS}, and
 * then fails with UNAVAILABLE.
 */
@ProviderType
public interface Mailboxes {
    /** How long an absent format is waited for, in seconds. */
    int SWAP_SECONDS = 10;

    /**
     * Opens the mailbox in this storage, in the storage's format.
     *
     * @param storage stays the caller's to close, after the mailbox
     */
    Operation<Mailbox> open(MailStorage storage, MailboxBounds bounds);
}

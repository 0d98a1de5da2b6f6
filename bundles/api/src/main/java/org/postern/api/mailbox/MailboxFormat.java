package org.postern.api.mailbox;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.postern.api.storage.MailStorage;

/** A mailbox format: a service with the property {@value #NAME}. */
@ConsumerType
public interface MailboxFormat {
    /** Service property: the format's name, as {@link MailStorage#format} gives it. */
    String NAME = "postern.format";

    /**
     * Opens a mailbox. A missing or empty one is an empty mailbox.
     *
     * @param storage stays the caller's to close, after the mailbox
     * @param bounds not applied to a resumed mailbox
     * @param resume the snapshot of a session that goes on: the mailbox presents exactly these
     *     messages, after it has verified that they are all still there and unchanged, and fails
     *     with CHANGED otherwise; new mail is no change
     */
    Operation<Mailbox> open(
            MailStorage storage, MailboxBounds bounds, Optional<MailboxSnapshot> resume);
}

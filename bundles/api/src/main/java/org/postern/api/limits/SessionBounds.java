package org.postern.api.limits;

import org.postern.api.mailbox.MailboxBounds;

/**
 * What one session may use; asked when it begins and again when it is about to be used.
 *
 * @param maxBadCommands unknown or malformed commands in one session, before it is closed; positive
 * @param maxCommands commands of any kind in one session; positive
 * @param mailbox how large a mailbox may be to be opened
 */
public record SessionBounds(int maxBadCommands, int maxCommands, MailboxBounds mailbox) {

    /**
     * @throws IllegalArgumentException if not positive
     */
    public SessionBounds {
        if (maxBadCommands <= 0 || maxCommands <= 0) {
            throw new IllegalArgumentException("bounds are positive");
        }
    }
}

package org.postern.api.mailbox;

/**
 * How large a mailbox may be to be opened; checked before, and while, it is read. Mail that arrives
 * during a session counts at the next opening.
 *
 * @param maxMessages messages at most, positive; the limits policy's key of the same name
 * @param maxOctets stored octets at most, positive; the limits policy's maxMailboxBytes
 */
public record MailboxBounds(int maxMessages, long maxOctets) {
    /** No bound but the types' own. */
    public static final MailboxBounds NONE = new MailboxBounds(Integer.MAX_VALUE, Long.MAX_VALUE);

    /**
     * @throws IllegalArgumentException if not positive
     */
    public MailboxBounds {
        if (maxMessages <= 0 || maxOctets <= 0) {
            throw new IllegalArgumentException("bounds are positive");
        }
    }
}

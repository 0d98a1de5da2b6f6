package org.postern.api.mailbox;

/** What a mailbox remembers of a message beside its octets (RFC 9051 section 2.3.2). */
public enum MessageFlag {
    SEEN,
    ANSWERED,
    FLAGGED,
    DELETED,
    DRAFT,
    /** Forwarded or resent: Maildir's P. */
    PASSED,
    /** No client has been shown it yet. */
    RECENT
}

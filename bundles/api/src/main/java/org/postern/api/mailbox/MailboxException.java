package org.postern.api.mailbox;

/**
 * A mailbox could not be used. The message is for the log: why, and what to do; no mail content.
 */
public final class MailboxException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What it means for the session, and so for the client. */
    public enum Kind {
        /** Another program holds the lock: RFC 2449's IN-USE. */
        IN_USE,
        /** Another program changed the messages of the snapshot; the session cannot go on. */
        CHANGED,
        /** It is not a mailbox of this format, and is not touched: SYS/PERM. */
        NOT_A_MAILBOX,
        /** It must not be used: foreign owner, link, directory: SYS/PERM. */
        NOT_PERMITTED,
        /** It passes a bound of the limits policy, whose key the reason names: SYS/PERM. */
        TOO_LARGE,
        /** One message is gone or not readable; the others are not affected: SYS/TEMP. */
        MESSAGE_GONE,
        /** Out of order for now: SYS/TEMP. */
        UNAVAILABLE
    }

    private final Kind kind;

    /**
     * @param kind what it means for the session
     * @param reason for the log
     */
    public MailboxException(Kind kind, String reason) {
        super(reason);
        this.kind = kind;
    }

    /**
     * @param kind what it means for the session
     * @param reason for the log
     * @param cause the failed call
     */
    public MailboxException(Kind kind, String reason, Throwable cause) {
        super(reason, cause);
        this.kind = kind;
    }

    /** What it means for the session. */
    public Kind kind() {
        return kind;
    }
}

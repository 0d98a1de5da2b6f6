package org.postern.api.session;

/** Why a session ended; its lower-case name is the {@code end} of the session's log line. */
public enum SessionEnd {
    /** The client asked for it, and what it asked for was done. */
    QUIT,
    /** The client's end closed or broke. No update. */
    DISCONNECTED,
    /** No command came in time (RFC 1939 section 3: no reply, no update). */
    IDLE,
    /** The client stopped reading while it was sent something. No update. */
    STALLED,
    /** A TLS handshake failed, or did not come to its end in time. */
    TLS_FAILED,
    /** It began with a PROXY header, and its source is no proxy that is trusted to. */
    UNTRUSTED_PROXY,
    /** No login in time. */
    LOGIN_TIMEOUT,
    /** Too many failed logins on one connection. */
    LOGIN_FAILURES,
    /** The limits policy refused to go on. */
    LIMIT,
    /** Another program changed the mailbox under the session. No update. */
    MAILBOX_CHANGED,
    /** The mailbox could not be opened, read or updated. */
    MAILBOX_FAILED,
    /** An operator ended it. No update. */
    KICKED,
    /** Its listener or protocol was taken away and the time for draining was up. No update. */
    DRAINED,
    /** Something in Postern failed. No update. */
    FAILED
}

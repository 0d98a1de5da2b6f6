package org.postern.api.session;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.postern.api.auth.Account;
import org.postern.api.auth.UserName;

/**
 * One thing that happened, as a value. A name that a client typed is carried only for the limits of
 * audit listeners that hash it; nobody logs it unless a backend has vouched for it (users type
 * passwords into the name field).
 */
public sealed interface SessionEvent {

    /** A connection was not admitted. There is no session. */
    record Refused(String listener, InetSocketAddress source, String reason)
            implements SessionEvent {}

    /** A session began. */
    record Connected(SessionInfo session) implements SessionEvent {}

    /** Its connection is encrypted from now on; {@code session} says how. */
    record Encrypted(SessionInfo session) implements SessionEvent {}

    /** A login failed: declined, refused or unavailable, with the reason for the log. */
    record LoginFailed(SessionInfo session, Optional<UserName> typed, String reason)
            implements SessionEvent {}

    /** A login succeeded; {@code session} has the account. */
    record LoggedIn(SessionInfo session, Account account) implements SessionEvent {}

    /** The mailbox is open. {@code octets} as sent, CRLF counted. */
    record MailboxOpened(SessionInfo session, int messages, long octets) implements SessionEvent {}

    /** A message was sent, whole or in part; {@code octets} before dot-stuffing. */
    record MessageSent(SessionInfo session, long octets, boolean whole) implements SessionEvent {}

    /** Messages were removed, for good. */
    record Expunged(SessionInfo session, int deleted, long deletedOctets, int left, long leftOctets)
            implements SessionEvent {}

    /**
     * A session ended.
     *
     * @param detail why in more words, for the log; may be empty
     */
    record Closed(SessionInfo session, SessionEnd end, String detail, SessionTotals totals)
            implements SessionEvent {}

    /**
     * What a session did.
     *
     * @param retrieved messages sent whole by RETR
     * @param deleted messages removed for good
     * @param left messages left in the mailbox
     * @param octets octets of messages sent, before dot-stuffing
     * @param duration from accept to close
     */
    record SessionTotals(int retrieved, int deleted, int left, long octets, Duration duration) {}
}

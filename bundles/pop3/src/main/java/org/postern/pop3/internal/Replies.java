package org.postern.pop3.internal;

import org.postern.api.mailbox.MailboxException;

/**
 * What a client reads. Codes are those of RFC 2449 section 8 and RFC 3206: clients decide by them
 * whether to ask the user for another password, so {@code [AUTH]} means a wrong one and nothing
 * else does. Nothing that was typed is repeated.
 */
final class Replies {
    static final String GREETING = "+OK Postern ready";
    static final String OK = "+OK";
    static final String ENCRYPTING = "+OK begin TLS now";
    static final String NAME_TAKEN = "+OK send PASS";
    static final String LOGGED_IN = "+OK mailbox open";
    static final String MARKED = "+OK marked to be removed";
    static final String GOODBYE = "+OK bye";
    static final String END = ".";

    static final String UNKNOWN = "-ERR unknown command";
    static final String TOO_LONG = "-ERR line too long";
    static final String NOT_NOW = "-ERR not in this state";
    static final String MALFORMED = "-ERR bad arguments";
    static final String NO_SUCH_MESSAGE = "-ERR no such message";
    static final String NAME_FIRST = "-ERR send USER first";
    static final String NAME_GIVEN = "-ERR USER was sent already";
    static final String NO_MECHANISM = "-ERR no SASL mechanism here";
    static final String NO_ENCRYPTION = "-ERR no TLS to begin here";
    static final String TOO_MANY_COMMANDS = "-ERR too many commands";

    // Without [AUTH]: no client is to take it for a wrong password.
    static final String ENCRYPTION_REQUIRED = "-ERR encryption is required before a password";

    // One text for an unknown name and a wrong password.
    static final String LOGIN_FAILED = "-ERR [AUTH] wrong name or password";
    static final String LOGIN_UNAVAILABLE = "-ERR [SYS/TEMP] cannot check passwords now, try later";
    static final String TOO_MANY_SESSIONS = "-ERR [SYS/TEMP] too many sessions, try later";
    static final String GOING_DOWN = "-ERR [SYS/TEMP] the server is going down, try later";
    static final String NOT_CONFIGURED = "-ERR [SYS/TEMP] the server is not ready, try later";

    static final String NOT_READABLE = "-ERR [SYS/TEMP] the message cannot be read now";
    static final String NOT_REMOVED = "-ERR [SYS/TEMP] not all messages removed";

    private Replies() {}

    /** Why a mailbox did not open. fetchmail looks for the word "lock" behind IN-USE. */
    static String notOpened(MailboxException.Kind kind) {
        return switch (kind) {
            case IN_USE -> "-ERR [IN-USE] the mailbox is locked by another program";
            case NOT_A_MAILBOX, NOT_PERMITTED -> "-ERR [SYS/PERM] the mailbox cannot be used";
            case TOO_LARGE -> "-ERR [SYS/PERM] the mailbox is too large";
            case CHANGED, MESSAGE_GONE, UNAVAILABLE ->
                    "-ERR [SYS/TEMP] the mailbox cannot be opened now, try later";
        };
    }
}

package org.postern.helper.client.internal;

import org.postern.api.auth.UserName;

/** What the helper says of a LOGIN. */
sealed interface Verdict {

    /**
     * The process at the other end is this user now.
     *
     * @param name the account's, as the system knows it
     * @param user the agent's uid, never root's
     * @param format a mailbox format's name
     */
    record Accepted(UserName name, long user, String format) implements Verdict {}

    /** Unknown, wrong, locked, expired, or refused by policy. */
    record Declined() implements Verdict {}

    /** It cannot say now. */
    record Unavailable() implements Verdict {}
}

package org.postern.api.auth;

/** What a backend, or the chain, answers. */
public sealed interface AuthenticationOutcome {

    /** The account is this one, and here is the way to its mail, which who asked must close. */
    record Accepted(Account account, MailAccess mail) implements AuthenticationOutcome {}

    /** This backend owns the name and says no: nobody else is asked. */
    record Refused() implements AuthenticationOutcome {}

    /** Unknown or wrong, and it will not say which: the next backend is asked. */
    record Declined() implements AuthenticationOutcome {}

    /**
     * It cannot say now, and the name might be its own.
     *
     * @param reason for the log and the console: what is wrong and what to do; nothing the client
     *     sent
     */
    record Unavailable(String reason) implements AuthenticationOutcome {}
}

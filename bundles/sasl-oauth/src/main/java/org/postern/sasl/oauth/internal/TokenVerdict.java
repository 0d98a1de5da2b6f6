package org.postern.sasl.oauth.internal;

import org.postern.api.auth.UserName;

/** What the authorization server says of a token. */
sealed interface TokenVerdict {

    /**
     * It is good, here and now, and this is whose it is.
     *
     * @param name in UTF-8
     */
    record Valid(UserName name) implements TokenVerdict {}

    /** It is not, for whatever reason: the client is told none, and nothing is logged. */
    record Invalid() implements TokenVerdict {}

    /**
     * Nobody can say now.
     *
     * @param reason for the log: what is wrong and what to do; nothing of the token
     */
    record Unavailable(String reason) implements TokenVerdict {}
}

package org.postern.api.auth;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A backend that can say who an account is without seeing a password: for mechanisms in which
 * something else proves it, such as SCRAM's exchange, an authorization server's token or a client's
 * certificate. A service with the property {@value Authenticator#NAME}, beside its {@link
 * Authenticator} or alone, and with {@value Authenticator#MECHANISMS}.
 *
 * <p>Apart from {@link Authenticator}, so that no backend takes a name for proven by mistake. What
 * is found opens an account's mail: only a mechanism asks, which has the proof, or gets it before
 * it uses what it found.
 */
@ConsumerType
public interface AccountLookup {

    /**
     * Looks up without judging. Returns at once; the stage completes once, never exceptionally,
     * within the request's deadline.
     */
    CompletionStage<AccountOutcome> find(AccountRequest request);
}

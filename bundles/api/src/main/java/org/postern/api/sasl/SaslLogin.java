package org.postern.api.sasl;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;
import org.postern.api.auth.Secret;
import org.postern.api.limits.LoginAttempt;

/** One login by SASL, as its protocol carries it. Nothing of it is left behind once it is over. */
@ProviderType
public interface SaslLogin {
    /**
     * Octets of one response, decoded. Access tokens of the large providers have up to some 4,000;
     * this much is kept for a stranger, so it is no more.
     */
    int MAX_RESPONSE = 6 * 1024;

    /**
     * {@link SaslExchange#next}; what a mechanism does against its contract is Finished, with
     * Unavailable, as is one that is taken away or has no answer in time, and what follows the end.
     *
     * @throws IllegalStateException if the response before has not been answered yet
     * @throws IllegalArgumentException if another response than the first is left out
     */
    CompletionStage<SaslStep> next(Optional<Secret> response);

    /** {@link SaslExchange#cancel}; a mail that nobody took is closed. */
    void cancel();

    /** What is known so far of who tries to log in, for the limits policy. */
    LoginAttempt attempt();
}

package org.postern.api.auth;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A backend that holds verifiers of passwords for challenge-response mechanisms: a service with the
 * property {@value Authenticator#NAME}, beside its {@link Authenticator} or alone.
 */
@ConsumerType
public interface VerifierLookup {

    /**
     * Looks up without judging; the mechanism does that. Completes once, never exceptionally.
     *
     * @param request its secret is empty
     */
    CompletionStage<VerifierOutcome> lookup(AuthenticationRequest request);
}

package org.postern.api.auth;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** An attempt under way. */
@ConsumerType
public interface AuthenticationAttempt {

    /**
     * Completes once, never exceptionally: a failure is {@link AuthenticationOutcome.Unavailable}.
     * It completes within the request's deadline plus a second, cancelled or not.
     */
    CompletionStage<AuthenticationOutcome> outcome();

    /**
     * The answer is no longer wanted: stop early if that is possible. The stage still completes,
     * and if it completes with an acceptance, who asked still closes its {@link MailAccess}.
     */
    void cancel();
}

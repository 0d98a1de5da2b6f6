package org.postern.helper.client.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;

/**
 * A login under way.
 *
 * @param answered completes with its outcome
 * @param giveUp stops early
 */
record LoginAttempt(CompletableFuture<AuthenticationOutcome> answered, Runnable giveUp)
        implements AuthenticationAttempt {

    /** One that needs no helper. */
    static LoginAttempt of(AuthenticationOutcome outcome) {
        return new LoginAttempt(CompletableFuture.completedFuture(outcome), () -> {});
    }

    @Override
    public CompletionStage<AuthenticationOutcome> outcome() {
        return answered.minimalCompletionStage();
    }

    @Override
    public void cancel() {
        giveUp.run();
    }
}

package org.postern.access.internal.auth;

import java.util.concurrent.CompletionStage;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;

/** One login on its way along the chain. */
record ChainAttempt(ChainWalk<?, AuthenticationOutcome> walk) implements AuthenticationAttempt {
    @Override
    public CompletionStage<AuthenticationOutcome> outcome() {
        return walk.outcome();
    }

    @Override
    public void cancel() {
        walk.stop("given up");
    }
}

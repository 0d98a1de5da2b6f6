package org.postern.sasl.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.sasl.SaslStep;

/** Answers that are there at once. */
final class Steps {
    private Steps() {}

    /** RFC 4422 section 3.3: where the client begins, it is asked to with an empty challenge. */
    static CompletionStage<SaslStep> yourTurn() {
        return challenge(ByteBuffer.allocate(0));
    }

    static CompletionStage<SaslStep> challenge(ByteBuffer octets) {
        return CompletableFuture.completedStage(new SaslStep.Challenge(octets));
    }

    static CompletionStage<SaslStep> malformed(String reason) {
        return CompletableFuture.completedStage(new SaslStep.Malformed(reason));
    }

    static CompletionStage<SaslStep> unavailable(String reason) {
        return CompletableFuture.completedStage(finished(reason));
    }

    static SaslStep finished(String reason) {
        return new SaslStep.Finished(new AuthenticationOutcome.Unavailable(reason));
    }
}

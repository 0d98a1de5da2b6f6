package org.postern.api.helper;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationOutcome.Refused;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;

/**
 * A login that a helper client is at. It is answered once whatever the client does, and an
 * acceptance that nobody waits for any more is closed.
 */
final class HelperAttempt implements AuthenticationAttempt {
    private final UnaryOperator<String> explanation;
    private final CompletableFuture<AuthenticationOutcome> outcome = new CompletableFuture<>();
    private Optional<AuthenticationAttempt> asked = Optional.empty();
    private boolean cancelled;

    /**
     * @param explanation from what the client says to why it is unavailable
     */
    HelperAttempt(UnaryOperator<String> explanation) {
        this.explanation = explanation;
    }

    /** One that nobody has to be asked about. */
    static HelperAttempt answered(AuthenticationOutcome outcome) {
        HelperAttempt attempt = new HelperAttempt(UnaryOperator.identity());
        attempt.complete(outcome);
        return attempt;
    }

    void begin(Supplier<AuthenticationAttempt> client) {
        try {
            AuthenticationAttempt begun = client.get();
            var unused = begun.outcome().whenComplete(this::answer);
            boolean unwanted;
            synchronized (this) {
                asked = Optional.of(begun);
                unwanted = cancelled;
            }
            if (unwanted) {
                begun.cancel();
            }
        } catch (RuntimeException | LinkageError failed) {
            // A LinkageError is what the code of a bundle that has just left may throw.
            answer(null, failed);
        }
    }

    private void answer(AuthenticationOutcome answer, Throwable failure) {
        if (answer instanceof Accepted accepted) {
            if (!complete(accepted)) {
                accepted.mail().close();
            }
        } else if (answer instanceof Declined || answer instanceof Refused) {
            complete(new Declined());
        } else if (answer instanceof Unavailable unavailable) {
            complete(new Unavailable(explanation.apply(unavailable.reason())));
        } else {
            // Against the contract. Not its message, which may quote what was typed.
            String what = failure == null ? "no answer" : failure.getClass().getName();
            complete(new Unavailable("the helper client failed: " + what));
        }
    }

    private boolean complete(AuthenticationOutcome answer) {
        return outcome.complete(answer);
    }

    void whenAnswered(Runnable action) {
        var unused = outcome.whenComplete((answer, failure) -> action.run());
    }

    /** Ends it here and now; what the client still says is not waited for. */
    void giveUp(String reason) {
        complete(new Unavailable(reason));
        cancel();
    }

    @Override
    public CompletionStage<AuthenticationOutcome> outcome() {
        return outcome.minimalCompletionStage();
    }

    @Override
    public void cancel() {
        Optional<AuthenticationAttempt> begun;
        synchronized (this) {
            cancelled = true;
            begun = asked;
        }
        begun.ifPresent(AuthenticationAttempt::cancel);
    }
}

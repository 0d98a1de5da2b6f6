package org.postern.sasl.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.FailureDelay;
import org.postern.api.sasl.SaslStep;

/**
 * Answers failures, with a {@link FailureDelay} from the client's last response on, as those of
 * passwords are.
 */
final class FailureTimes {
    private final Supplier<Duration> delay;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanos;

    FailureTimes(Supplier<Duration> delay, ScheduledExecutorService timer, LongSupplier nanos) {
        this.delay = delay;
        this.timer = timer;
        this.nanos = nanos;
    }

    /** To be noted when a response comes. */
    long now() {
        return nanos.getAsLong();
    }

    /** Says no when it is time. */
    CompletionStage<SaslStep> decline(long since) {
        CompletableFuture<SaslStep> answer = new CompletableFuture<>();
        long taken = nanos.getAsLong() - since;
        try {
            var unused =
                    timer.schedule(
                            () -> answer.complete(new SaslStep.Finished(new Declined())),
                            new FailureDelay(delay.get()).left(taken),
                            TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException stopping) {
            return Steps.unavailable("the mechanism is being stopped");
        }
        return answer;
    }
}

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
import org.postern.api.sasl.SaslStep;

/**
 * When failures are answered: a whole number of delays after the client's last response, whatever
 * the reason and however long finding it took. An unknown name, a wrong proof and a disabled
 * account then look the same, as with passwords.
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
        long each = delay.get().toNanos();
        long until = (taken / each + 1) * each;
        try {
            var unused =
                    timer.schedule(
                            () -> answer.complete(new SaslStep.Finished(new Declined())),
                            until - taken,
                            TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException stopping) {
            return Steps.unavailable("the mechanism is being stopped");
        }
        return answer;
    }
}

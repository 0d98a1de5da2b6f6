package org.postern.sasl.oauth.internal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.FailureDelay;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.sasl.SaslContext;
import org.postern.api.sasl.SaslExchange;
import org.postern.api.sasl.SaslStep;
import org.postern.sasl.oauth.internal.TokenVerdict.Invalid;

/**
 * One login with a token. The token says who it is, the account is looked up by that name, and what
 * the client claims is the authorization identity. Every failure, from a token that was made up to
 * an account that is not there, is told in the same octets at the same time after the response.
 */
final class OAuthExchange implements SaslExchange {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private enum State {
        EXPECTING,
        ASKED,
        CHECKING,
        OVER
    }

    private final ResponseForm form;
    private final Verification verification;
    private final SaslContext context;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoClock;
    private final Set<OAuthExchange> underWay;
    private final CompletableFuture<TokenVerdict> verdict = new CompletableFuture<>();
    private final CompletableFuture<SaslStep> answer = new CompletableFuture<>();
    private State state = State.EXPECTING;
    private boolean cancelled;

    /**
     * @param underWay has this in it while an answer is awaited; safe for use by many
     */
    OAuthExchange(
            ResponseForm form,
            Verification verification,
            SaslContext context,
            ScheduledExecutorService timer,
            LongSupplier nanoClock,
            Set<OAuthExchange> underWay) {
        this.form = form;
        this.verification = verification;
        this.context = context;
        this.timer = timer;
        this.nanoClock = nanoClock;
        this.underWay = underWay;
    }

    @Override
    public CompletionStage<SaslStep> next(Optional<Secret> response) {
        Optional<SaslStep> step = advance(response.isPresent());
        return step.isPresent()
                ? CompletableFuture.completedStage(step.get())
                : begin(response.orElseThrow());
    }

    // What is to be said without looking at the response; empty if it is to be looked at.
    private synchronized Optional<SaslStep> advance(boolean response) {
        State before = state;
        if (cancelled) {
            state = State.OVER;
            return Optional.of(unavailable("cancelled"));
        }
        if (before == State.EXPECTING && !response) {
            state = State.ASKED;
            return Optional.of(new SaslStep.Challenge(NOTHING));
        }
        if ((before == State.EXPECTING || before == State.ASKED) && response) {
            state = State.CHECKING;
            return Optional.empty();
        }
        state = State.OVER;
        return Optional.of(unavailable("a response out of turn"));
    }

    private CompletionStage<SaslStep> begin(Secret response) {
        long started = nanoClock.getAsLong();
        ClientResponse said;
        try {
            said = form.parse(response.view());
        } catch (MalformedResponseException malformed) {
            finish(new SaslStep.Malformed(malformed.getMessage()));
            return answer.minimalCompletionStage();
        }
        underWay.add(this);
        var unused = answer.whenComplete((step, failure) -> underWay.remove(this));
        var unusedToo =
                verdict.whenComplete((judged, failure) -> judged(judged, said.user(), started));
        said.token().ifPresentOrElse(this::check, () -> verdict.complete(new Invalid()));
        return answer.minimalCompletionStage();
    }

    private void check(ByteBuffer token) {
        CompletableFuture<TokenVerdict> check =
                verification.check().check(token, context.peer().session().source().getAddress());
        var unused = check.whenComplete((judged, failure) -> verdict.complete(judged));
        // The other way round where this exchange was cancelled.
        unused = verdict.whenComplete((judged, failure) -> check.complete(judged));
    }

    private void judged(TokenVerdict judged, Optional<UserName> claimed, long started) {
        if (judged instanceof TokenVerdict.Valid valid) {
            UserName name = valid.name();
            Optional<UserName> authorization = claimed.filter(user -> !user.equals(name));
            var unused =
                    context.find(name, authorization)
                            .whenComplete((found, failure) -> found(found, failure, started));
        } else if (judged instanceof TokenVerdict.Unavailable unavailable) {
            finish(unavailable(unavailable.reason()));
        } else {
            refuseInTime(started);
        }
    }

    private void found(AccountOutcome found, Throwable failure, long started) {
        if (found instanceof AccountOutcome.Found account) {
            if (!finish(new SaslStep.Finished(account.onProof()))) {
                account.onProof().mail().close();
            }
        } else if (found instanceof AccountOutcome.None) {
            refuseInTime(started);
        } else if (found instanceof AccountOutcome.Unavailable unavailable) {
            finish(unavailable(unavailable.reason()));
        } else {
            finish(unavailable("the look-up failed: " + failure.getClass().getName()));
        }
    }

    private void refuseInTime(long started) {
        long taken = nanoClock.getAsLong() - started;
        long left = new FailureDelay(verification.failureDelay()).left(taken);
        try {
            ScheduledFuture<?> refusal = timer.schedule(this::refuse, left, TimeUnit.NANOSECONDS);
            var unused = answer.whenComplete((step, failure) -> refusal.cancel(false));
        } catch (RejectedExecutionException stopping) {
            finish(unavailable("the mechanism is being stopped"));
        }
    }

    private void refuse() {
        finish(new SaslStep.Refusal(verification.failure(form)));
    }

    private boolean finish(SaslStep step) {
        synchronized (this) {
            state = State.OVER;
        }
        return answer.complete(step);
    }

    @Override
    public void cancel() {
        giveUp("cancelled");
    }

    /** Answers what is under way; a mail that is found after this is closed. */
    void giveUp(String reason) {
        boolean checking;
        synchronized (this) {
            cancelled = true;
            checking = state == State.CHECKING;
        }
        if (checking) {
            finish(unavailable(reason));
            verdict.complete(new TokenVerdict.Unavailable(reason));
        }
    }

    private static SaslStep unavailable(String reason) {
        return new SaslStep.Finished(new AuthenticationOutcome.Unavailable(reason));
    }
}

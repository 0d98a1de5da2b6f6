package org.postern.access.internal.sasl;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.postern.access.internal.Leased;
import org.postern.access.internal.ServiceFaults;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.Secret;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.sasl.SaslExchange;
import org.postern.api.sasl.SaslLogin;
import org.postern.api.sasl.SaslMechanism;
import org.postern.api.sasl.SaslStep;
import org.postern.api.sasl.SaslStep.Challenge;
import org.postern.api.sasl.SaslStep.Finished;
import org.postern.api.sasl.SaslStep.Malformed;
import org.postern.api.sasl.SaslStep.Refusal;

/**
 * One exchange, held to its contract. The mechanism is leased for each step and not in between: a
 * client that thinks for long does not keep a bundle from leaving. Whatever comes first, the
 * mechanism's answer, its deadline, the bundle's leaving or the client's giving up, answers a step;
 * once it is over nothing of it is left, and a late acceptance is closed.
 */
final class MechanismLogin implements SaslLogin {
    /**
     * More than any mechanism that is known takes; each is a line that a stranger makes us send.
     */
    static final int MAX_CHALLENGES = 8;

    /** As much as we take from a client. */
    static final int MAX_CHALLENGE = MAX_RESPONSE;

    /** What a mechanism has for itself, beyond what the backends have for one answer. */
    static final Duration OWN_TIME = Duration.ofSeconds(15);

    private final SaslExchange exchange;
    private final Leased<SaslMechanism> mechanism;
    private final LoginContext context;
    private final ScheduledExecutorService timer;
    private final ServiceFaults faults;
    private final Consumer<MechanismLogin> gone;

    // Guarded by this.
    private Optional<CompletableFuture<SaslStep>> pending = Optional.empty();
    private boolean begun;
    private int challenges;
    private boolean over;

    /**
     * @param gone told once, when it is over
     */
    MechanismLogin(
            SaslExchange exchange,
            Leased<SaslMechanism> mechanism,
            LoginContext context,
            ScheduledExecutorService timer,
            ServiceFaults faults,
            Consumer<MechanismLogin> gone) {
        this.exchange = exchange;
        this.mechanism = mechanism;
        this.context = context;
        this.timer = timer;
        this.faults = faults;
        this.gone = gone;
    }

    boolean isOf(SaslMechanism other) {
        return mechanism.service() == other;
    }

    @Override
    public CompletionStage<SaslStep> next(Optional<Secret> response) {
        CompletableFuture<SaslStep> step = new CompletableFuture<>();
        synchronized (this) {
            if (pending.isPresent()) {
                throw new IllegalStateException("the response before has not been answered");
            }
            if (begun && response.isEmpty()) {
                throw new IllegalArgumentException("only the first response can be left out");
            }
            begun = true;
            if (over) {
                return CompletableFuture.completedStage(unavailable("the exchange is over"));
            }
            pending = Optional.of(step);
        }
        if (response.isPresent() && response.get().length() > MAX_RESPONSE) {
            abandon(new Malformed("a response of more than " + MAX_RESPONSE + " octets"));
        } else if (!mechanism.acquire()) {
            left();
        } else {
            ask(response, step);
        }
        return step.minimalCompletionStage();
    }

    // Answered, then given back: who takes the bundle away ends all that is not answered by then.
    private void ask(Optional<Secret> response, CompletableFuture<SaslStep> step) {
        AtomicBoolean answered = new AtomicBoolean();
        try {
            bound(step);
            response.ifPresent(context::said);
            var unused =
                    exchange.next(response)
                            .whenComplete(
                                    (answer, failure) -> {
                                        if (answered.compareAndSet(false, true)) {
                                            answered(step, answer, failure);
                                            mechanism.release();
                                        }
                                    });
        } catch (RuntimeException | LinkageError fault) {
            if (answered.compareAndSet(false, true)) {
                answered(step, null, fault);
                mechanism.release();
            }
        }
    }

    private void bound(CompletableFuture<SaslStep> step) {
        Duration most = context.peer().deadline().plus(OWN_TIME);
        try {
            ScheduledFuture<?> deadline =
                    timer.schedule(
                            () -> abandon(unavailable(name() + ": no answer in time")),
                            most.toNanos(),
                            TimeUnit.NANOSECONDS);
            var unused = step.whenComplete((any, failure) -> deadline.cancel(false));
        } catch (RejectedExecutionException stopping) {
            left();
        }
    }

    private void answered(CompletableFuture<SaslStep> step, SaslStep answer, Throwable failure) {
        if (answer == null) {
            faults.report(name(), failure);
            abandon(unavailable(name() + ": failed"));
        } else if (answer instanceof Challenge challenge) {
            challenge(step, challenge);
        } else if (answer instanceof Finished finished
                && finished.outcome() instanceof Accepted accepted) {
            accepted(step, finished, accepted);
        } else if (claim(step, true)) {
            ended();
            step.complete(answer instanceof Refusal refusal ? told(refusal) : answer);
        }
    }

    // What cannot be sent is a no all the same: nobody is to try again for nothing.
    private SaslStep told(Refusal refusal) {
        return isFit(refusal.octets()) ? refusal : new Finished(new Declined());
    }

    private synchronized boolean isFit(ByteBuffer challenge) {
        challenges++;
        return challenges <= MAX_CHALLENGES && challenge.remaining() <= MAX_CHALLENGE;
    }

    private void challenge(CompletableFuture<SaslStep> step, Challenge challenge) {
        if (!isFit(challenge.octets())) {
            abandon(unavailable(name() + ": too many challenges, or one that is too long"));
        } else if (claim(step, false)) {
            step.complete(challenge);
        }
    }

    private void accepted(CompletableFuture<SaslStep> step, Finished finished, Accepted accepted) {
        if (!claim(step, true)) {
            context.close(accepted);
            return;
        }
        boolean given = context.endWith(accepted);
        ended();
        step.complete(given ? finished : unavailable(name() + ": accepts whom no backend gave it"));
    }

    /** Whether it is this step that is waited for; if so, it is no longer. */
    private synchronized boolean claim(CompletableFuture<SaslStep> step, boolean last) {
        if (over || pending.filter(waiting -> waiting == step).isEmpty()) {
            return false;
        }
        pending = Optional.empty();
        over = last;
        return true;
    }

    private void ended() {
        context.end();
        gone.accept(this);
    }

    @Override
    public void cancel() {
        abandon(unavailable("given up"));
    }

    /** The mechanism's bundle leaves. */
    void left() {
        abandon(unavailable(name() + ": the mechanism's bundle has been taken away"));
    }

    private void abandon(SaslStep last) {
        Optional<CompletableFuture<SaslStep>> waiting;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            waiting = pending;
            pending = Optional.empty();
        }
        try {
            exchange.cancel();
        } catch (RuntimeException | LinkageError fault) {
            faults.report(name(), fault);
        }
        ended();
        waiting.ifPresent(step -> step.complete(last));
    }

    @Override
    public LoginAttempt attempt() {
        return context.attempt();
    }

    private String name() {
        return context.mechanism().name();
    }

    private static SaslStep unavailable(String reason) {
        return new Finished(new Unavailable(reason));
    }
}

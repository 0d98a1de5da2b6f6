package org.postern.access.internal.auth;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.postern.access.internal.Leased;
import org.postern.access.internal.NamedServices;
import org.postern.api.auth.Authentication;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationOutcome.Refused;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Authenticator;
import org.postern.api.protocol.Cancellable;

/**
 * One login on its way along the chain. It holds no thread: a backend's answer, a backend's arrival
 * and the timer each move it one step. Whatever comes first, the answer, the deadline or the
 * cancellation, settles it; an acceptance that comes after that is closed here, as nobody else has
 * it.
 */
final class ChainAttempt implements AuthenticationAttempt {
    private static final Duration SWAP = Duration.ofSeconds(Authentication.SWAP_SECONDS);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final AuthenticationRequest request;
    private final NamedServices<Authenticator> backends;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanos;
    private final BackendFaults faults;
    private final long end;
    private final CompletableFuture<AuthenticationOutcome> outcome = new CompletableFuture<>();

    // Moved on by one thread at a time: each step is caused by the one before it.
    private final Iterator<String> order;
    private final List<String> unavailable = new ArrayList<>();
    private volatile String waitingFor = "anybody";

    // What cancelling has to stop; guarded by this.
    private Cancellable underWay = () -> {};

    ChainAttempt(
            AuthenticationRequest request,
            List<String> order,
            NamedServices<Authenticator> backends,
            ScheduledExecutorService timer,
            LongSupplier nanos,
            BackendFaults faults) {
        this.request = request;
        this.order = order.iterator();
        this.backends = backends;
        this.timer = timer;
        this.nanos = nanos;
        this.faults = faults;
        Duration deadline = request.deadline();
        if (deadline.isNegative()) {
            deadline = Duration.ZERO;
        } else if (deadline.compareTo(LONGEST) > 0) {
            deadline = LONGEST;
        }
        this.end = nanos.getAsLong() + deadline.toNanos();
    }

    void start() {
        ScheduledFuture<?> deadline =
                timer.schedule(
                        () -> stop(waitingFor + ": no answer in time"),
                        end - nanos.getAsLong(),
                        TimeUnit.NANOSECONDS);
        var unused = outcome.whenComplete((any, failure) -> deadline.cancel(false));
        next();
    }

    @Override
    public CompletionStage<AuthenticationOutcome> outcome() {
        return outcome.minimalCompletionStage();
    }

    @Override
    public void cancel() {
        stop("given up");
    }

    /** Settles it without an acceptance, now. */
    void stop(String reason) {
        settle(new Unavailable(reason));
        Cancellable stopped;
        synchronized (this) {
            stopped = underWay;
            underWay = () -> {};
        }
        stopped.cancel();
    }

    private void next() {
        if (outcome.isDone()) {
            return;
        }
        if (order.hasNext()) {
            ask(order.next());
        } else if (unavailable.isEmpty()) {
            settle(new Declined());
        } else {
            settle(new Unavailable(String.join("; ", unavailable)));
        }
    }

    private void ask(String name) {
        waitingFor = name;
        Optional<Leased<Authenticator>> backend = backends.current(name);
        if (backend.isPresent() && backend.get().acquire()) {
            ask(name, backend.get());
        } else {
            await(name);
        }
    }

    private void ask(String name, Leased<Authenticator> backend) {
        AtomicBoolean answered = new AtomicBoolean();
        try {
            AuthenticationAttempt attempt = backend.service().authenticate(remaining());
            stopWith(() -> cancel(name, attempt));
            var unused =
                    attempt.outcome()
                            .whenComplete(
                                    (answer, failure) -> {
                                        if (answered.compareAndSet(false, true)) {
                                            backend.release();
                                            answered(name, answer, failure);
                                        }
                                    });
        } catch (RuntimeException | LinkageError fault) {
            // A LinkageError is what the code of a bundle that has just left may throw.
            if (answered.compareAndSet(false, true)) {
                backend.release();
                answered(name, null, fault);
            }
        }
    }

    private AuthenticationRequest remaining() {
        return request.within(Duration.ofNanos(Math.max(0, end - nanos.getAsLong())));
    }

    private void answered(String name, AuthenticationOutcome answer, Throwable failure) {
        if (answer == null) {
            faults.report(name, failure);
            unavailable.add(name + ": failed");
            next();
        } else if (answer instanceof Accepted || answer instanceof Refused) {
            settle(answer);
        } else if (answer instanceof Unavailable cannot) {
            unavailable.add(name + ": " + cannot.reason());
            next();
        } else {
            next();
        }
    }

    private void await(String name) {
        Duration patience = SWAP.minus(backends.missingFor(name));
        if (patience.isNegative() || patience.isZero()) {
            absent(name);
            return;
        }
        AtomicBoolean over = new AtomicBoolean();
        ScheduledFuture<?> bound =
                timer.schedule(
                        () -> {
                            if (over.compareAndSet(false, true)) {
                                absent(name);
                            }
                        },
                        patience.toNanos(),
                        TimeUnit.NANOSECONDS);
        // On the timer's thread: the thread that brings a service is not ours to use.
        Cancellable arrival =
                backends.whenPresent(
                        name,
                        () ->
                                later(
                                        () -> {
                                            if (over.compareAndSet(false, true)) {
                                                bound.cancel(false);
                                                ask(name);
                                            }
                                        }));
        Cancellable both =
                () -> {
                    over.set(true);
                    bound.cancel(false);
                    arrival.cancel();
                };
        var unused = outcome.whenComplete((any, failure) -> both.cancel());
    }

    private void later(Runnable step) {
        try {
            timer.execute(step);
        } catch (RejectedExecutionException stopping) {
            stop("stopping");
        }
    }

    private void absent(String name) {
        unavailable.add(name + ": no such backend is installed");
        next();
    }

    private void stopWith(Cancellable stop) {
        synchronized (this) {
            if (!outcome.isDone()) {
                underWay = stop;
                return;
            }
        }
        stop.cancel();
    }

    private void cancel(String name, AuthenticationAttempt attempt) {
        try {
            attempt.cancel();
        } catch (RuntimeException | LinkageError fault) {
            faults.report(name, fault);
        }
    }

    private void settle(AuthenticationOutcome answer) {
        if (!outcome.complete(answer) && answer instanceof Accepted late) {
            try {
                late.mail().close();
            } catch (RuntimeException | LinkageError fault) {
                faults.report(late.account().backend(), fault);
            }
        }
    }
}

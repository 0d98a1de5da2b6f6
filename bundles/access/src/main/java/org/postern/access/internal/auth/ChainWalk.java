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
import org.postern.access.internal.ServiceFaults;
import org.postern.api.auth.Authentication;
import org.postern.api.protocol.Cancellable;

/**
 * One question on its way along the chain. It holds no thread: a backend's answer, a backend's
 * arrival and the timer each move it one step. Whatever comes first, the answer, the deadline or
 * the cancellation, settles it; what comes after that is dropped here, as nobody else has it.
 *
 * @param <S> what the backends are
 * @param <A> their answers
 */
final class ChainWalk<S, A> {
    private static final Duration SWAP = Duration.ofSeconds(Authentication.SWAP_SECONDS);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final ChainQuestion<S, A> question;
    private final NamedServices<S> backends;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanos;
    private final ServiceFaults faults;
    private final long end;
    private final CompletableFuture<A> outcome = new CompletableFuture<>();

    // Moved on by one thread at a time: each step is caused by the one before it.
    private final Iterator<String> order;
    private final List<String> unavailable = new ArrayList<>();
    private volatile String waitingFor = "anybody";

    // What cancelling has to stop; guarded by this.
    private Cancellable underWay = () -> {};

    /**
     * @param longest how long the answer may take
     */
    ChainWalk(
            ChainQuestion<S, A> question,
            Duration longest,
            List<String> order,
            NamedServices<S> backends,
            ScheduledExecutorService timer,
            LongSupplier nanos,
            ServiceFaults faults) {
        this.question = question;
        this.order = order.iterator();
        this.backends = backends;
        this.timer = timer;
        this.nanos = nanos;
        this.faults = faults;
        Duration deadline = longest;
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

    /** Completes once, never exceptionally. */
    CompletionStage<A> outcome() {
        return outcome.minimalCompletionStage();
    }

    /** Settles it without an answer, now. */
    void stop(String reason) {
        settle(question.unavailable(reason));
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
            settle(question.nobody());
        } else {
            settle(question.unavailable(String.join("; ", unavailable)));
        }
    }

    private void ask(String name) {
        waitingFor = name;
        Optional<Leased<S>> backend = backends.current(name);
        if (backend.isPresent() && backend.get().acquire()) {
            ask(name, backend.get());
        } else {
            await(name);
        }
    }

    private void ask(String name, Leased<S> backend) {
        AtomicBoolean answered = new AtomicBoolean();
        try {
            ChainQuestion.Asked<A> asked = question.ask(backend.service(), remaining());
            stopWith(() -> cancel(name, asked));
            var unused =
                    asked.answer()
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

    private Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - nanos.getAsLong()));
    }

    private void answered(String name, A answer, Throwable failure) {
        if (answer == null) {
            faults.report(name, failure);
            unavailable.add(name + ": failed");
            next();
        } else if (question.settles(answer)) {
            settle(answer);
        } else {
            question.whyNot(answer).ifPresent(reason -> unavailable.add(name + ": " + reason));
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

    private void cancel(String name, ChainQuestion.Asked<A> asked) {
        try {
            asked.cancel().run();
        } catch (RuntimeException | LinkageError fault) {
            faults.report(name, fault);
        }
    }

    private void settle(A answer) {
        if (!outcome.complete(answer)) {
            try {
                question.drop(answer);
            } catch (RuntimeException | LinkageError fault) {
                faults.report(waitingFor, fault);
            }
        }
    }
}

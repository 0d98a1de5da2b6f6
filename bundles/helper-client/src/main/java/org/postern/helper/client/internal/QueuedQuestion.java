package org.postern.helper.client.internal;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.postern.api.auth.queue.Check;
import org.postern.api.auth.queue.CheckQueue;
import org.postern.api.auth.queue.CheckResult;
import org.postern.api.auth.queue.Place;
import org.postern.api.auth.queue.Turn;

/**
 * A question that waits for its source's turn before it is asked. The helper knows no sources: it
 * lets in who comes first, so who floods it is held back here.
 *
 * @param <R> what the reply says
 */
final class QueuedQuestion<R> implements Check {
    private static final String WAITED =
            "the login has not had its turn in time: too many others wait for the helper";

    private final Exchange<R> exchange;
    private final Function<Duration, Question<R>> ask;
    private final Function<R, CheckResult> judge;
    private final Duration deadline;
    private final LongSupplier nanoClock;
    private final long started;
    private final CompletableFuture<Answer<R>> answer = new CompletableFuture<>();
    private volatile Runnable begun = () -> {};

    /**
     * @param deadline of the wait and the question together
     * @param ask asks, within what is left of that
     * @param judge what a reply says of the source
     */
    QueuedQuestion(
            Exchange<R> exchange,
            Duration deadline,
            LongSupplier nanoClock,
            Function<Duration, Question<R>> ask,
            Function<R, CheckResult> judge) {
        this.exchange = exchange;
        this.ask = ask;
        this.judge = judge;
        this.deadline = deadline;
        this.nanoClock = nanoClock;
        this.started = nanoClock.getAsLong();
    }

    /** Completes once and never exceptionally. */
    CompletableFuture<Answer<R>> answer() {
        return answer;
    }

    /** Waits, without blocking. */
    void enter(CheckQueue queue, InetAddress source, ScheduledExecutorService timer) {
        try {
            ScheduledFuture<?> overdue =
                    timer.schedule(() -> giveUp(WAITED), deadline.toNanos(), TimeUnit.NANOSECONDS);
            begun = () -> overdue.cancel(false);
        } catch (RejectedExecutionException stopped) {
            giveUp("the helper's client is being stopped");
            return;
        }
        Place place = queue.enter(source, this);
        var unused =
                answer.whenComplete(
                        (done, failure) -> {
                            begun.run();
                            place.leave();
                        });
    }

    /** Nobody waits any more, for this reason. */
    void giveUp(String reason) {
        answer.complete(new Answer.Failed<>(reason, false));
    }

    @Override
    public void dropped(String reason) {
        giveUp(reason);
    }

    @Override
    public void begin(Turn turn) {
        // From here on the question has its own deadline.
        begun.run();
        if (answer.isDone()) {
            turn.over(CheckResult.NONE);
            return;
        }
        Duration taken = Duration.ofNanos(nanoClock.getAsLong() - started);
        Question<R> question = ask.apply(deadline.minus(taken));
        var unused = question.answer().thenAccept(given -> answered(given, turn));
        unused = answer.thenAccept(given -> question.giveUp("cancelled"));
    }

    private void answered(Answer<R> given, Turn turn) {
        boolean wanted = answer.complete(given);
        if (given instanceof Answer.Given<R> reply) {
            if (!wanted) {
                exchange.discard(reply.reply());
            }
            turn.over(judge.apply(reply.reply()));
        } else {
            // Who goes away while his password is checked is not to be taken for a mail program,
            // or guessing without waiting for the answer would count for nothing.
            turn.over(wanted ? CheckResult.NONE : CheckResult.DECLINED);
        }
    }
}

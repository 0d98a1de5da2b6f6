package org.postern.sasl.oauth.internal;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.postern.api.auth.queue.Check;
import org.postern.api.auth.queue.CheckBounds;
import org.postern.api.auth.queue.CheckQueue;
import org.postern.api.auth.queue.CheckResult;
import org.postern.api.auth.queue.Place;
import org.postern.api.auth.queue.Turn;

/**
 * So many tokens are looked at at once, sources take turns, and each gets a verdict in time. What
 * waits is not copied: it costs a few hundred octets.
 */
final class TokenQueue {
    /** As many as log in at once at a large site's busiest. */
    static final int MAX_WAITING = 256;

    private final CheckQueue queue;
    private final Duration timeout;
    private final ScheduledExecutorService timer;

    /**
     * @param most at once
     * @param timeout for a verdict, with the waiting
     */
    TokenQueue(int most, Duration timeout, ScheduledExecutorService timer) {
        this.queue = new CheckQueue(new CheckBounds(most, MAX_WAITING), System::nanoTime);
        this.timeout = timeout;
        this.timer = timer;
    }

    /** A verdict to come. */
    CompletableFuture<TokenVerdict> verdict() {
        CompletableFuture<TokenVerdict> verdict = new CompletableFuture<>();
        try {
            ScheduledFuture<?> deadline =
                    timer.schedule(
                            () -> giveUp(verdict, "a token's check took more than timeoutSeconds"),
                            timeout.toNanos(),
                            TimeUnit.NANOSECONDS);
            var unused = verdict.whenComplete((judged, failure) -> deadline.cancel(false));
        } catch (RejectedExecutionException stopping) {
            giveUp(verdict, "the mechanism is being stopped");
        }
        return verdict;
    }

    /**
     * @param begin called when it is this one's turn, unless the verdict is there before; does not
     *     block, and sees to it that the turn is over
     */
    void enter(InetAddress source, CompletableFuture<TokenVerdict> verdict, Consumer<Turn> begin) {
        Check check =
                new Check() {
                    @Override
                    public void begin(Turn turn) {
                        if (verdict.isDone()) {
                            turn.over(CheckResult.NONE);
                        } else {
                            begin.accept(turn);
                        }
                    }

                    @Override
                    public void dropped(String reason) {
                        giveUp(verdict, reason);
                    }
                };
        Place place = queue.enter(source, check);
        var unused = verdict.whenComplete((judged, failure) -> place.leave());
    }

    /** How many wait for their turn. */
    int waiting() {
        return queue.waiting();
    }

    static void giveUp(CompletableFuture<TokenVerdict> verdict, String reason) {
        verdict.complete(new TokenVerdict.Unavailable(reason));
    }

    /** What a verdict says of the source. */
    static CheckResult result(TokenVerdict verdict) {
        if (verdict instanceof TokenVerdict.Valid) {
            return CheckResult.ACCEPTED;
        }
        return verdict instanceof TokenVerdict.Invalid ? CheckResult.DECLINED : CheckResult.NONE;
    }
}

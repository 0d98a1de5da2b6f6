package org.postern.helper.client.internal;

import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.postern.api.auth.queue.CheckBounds;
import org.postern.api.auth.queue.CheckQueue;
import org.postern.api.auth.queue.CheckResult;

/** The logins that wait for the helper and those that it is at. */
final class LoginQueue {
    private static final String STOPPING = "the helper's client is being stopped";

    private final CheckQueue checks;
    private final ScheduledExecutorService timer;
    private final Set<QueuedQuestion<?>> questions = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    LoginQueue(ScheduledExecutorService timer, LongSupplier nanoClock) {
        this.checks =
                new CheckQueue(
                        new CheckBounds(HelperSettings.CHECKS, HelperSettings.CHECKS_WAITING),
                        nanoClock);
        this.timer = timer;
    }

    void allow(CheckBounds bounds) {
        checks.resize(bounds);
    }

    void enter(QueuedQuestion<?> question, InetAddress source) {
        questions.add(question);
        var unused = question.answer().whenComplete((done, failure) -> questions.remove(question));
        question.enter(checks, source, timer);
        if (stopped) {
            question.giveUp(STOPPING);
        }
    }

    /** What a verdict says of the source that asked for it. */
    static CheckResult judge(Verdict verdict) {
        if (verdict instanceof Verdict.Accepted) {
            return CheckResult.ACCEPTED;
        }
        return verdict instanceof Verdict.Declined ? CheckResult.DECLINED : CheckResult.NONE;
    }

    /** Answers everybody; nobody waits any more. */
    void close() {
        stopped = true;
        questions.forEach(question -> question.giveUp(STOPPING));
    }
}

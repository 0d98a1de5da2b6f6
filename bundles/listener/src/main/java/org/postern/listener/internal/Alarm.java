package org.postern.listener.internal;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A connection's one timer. It is only ever moved forward: what was put off is found to be not yet
 * due when it rings, which is cheaper than moving it at each octet. On the event loop only; times
 * in nanoseconds.
 */
final class Alarm {
    private static final long NEVER = Long.MAX_VALUE;

    private final EventLoop loop;
    private final Runnable action;
    private ScheduledFuture<?> timer;
    private long due = NEVER;

    Alarm(EventLoop loop, Runnable action) {
        this.loop = loop;
        this.action = action;
    }

    void noLaterThan(long time, long now) {
        if (time < due) {
            cancel();
            due = time;
            timer = loop.schedule(this::ring, Math.max(0, time - now), TimeUnit.NANOSECONDS);
        }
    }

    void cancel() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void ring() {
        due = NEVER;
        action.run();
    }
}

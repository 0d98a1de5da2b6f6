package org.postern.access.internal;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** The timers that logins wait by. */
public final class AccessTimer {
    private AccessTimer() {}

    /** One thread, a daemon of this name; whoever starts it shuts it down. */
    public static ScheduledExecutorService start(String name) {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread thread = new Thread(task, name);
                            thread.setDaemon(true);
                            return thread;
                        });
        // Otherwise each login stays in memory, its secret with it, until its deadline.
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}

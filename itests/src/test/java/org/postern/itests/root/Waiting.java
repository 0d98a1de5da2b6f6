package org.postern.itests.root;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for what other processes do; polls, as there is nothing to be told by. */
final class Waiting {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Waiting() {}

    /** Something that is true sooner or later. */
    interface Condition {
        boolean isTrue() throws Exception;
    }

    static void until(String what, Condition condition) throws Exception {
        until(what, PATIENCE, 20, condition);
    }

    /** For what passes quickly. */
    static void closely(String what, Condition condition) throws Exception {
        until(what, PATIENCE, 1, condition);
    }

    /** For what is over in moments: without a pause. */
    static void tightly(String what, Condition condition) throws Exception {
        until(what, PATIENCE, 0, condition);
    }

    /** For what is not only to be, but to be in time. */
    static void within(Duration atMost, String what, Condition condition) throws Exception {
        until(what, atMost, 20, condition);
    }

    private static void until(String what, Duration atMost, long pause, Condition condition)
            throws Exception {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.isTrue()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain for " + what);
            }
            TimeUnit.MILLISECONDS.sleep(pause);
        }
    }
}

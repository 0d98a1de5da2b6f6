package org.postern.helper.client.internal;

import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * A log that nobody can fill: so many lines a minute, and then how many more there were. What it is
 * told comes from the helper's side and holds nothing that a client sent.
 */
final class ProblemLog {
    private static final int LINES = 20;
    private static final long MINUTE = 60_000_000_000L;

    private final Logger log;
    private final LongSupplier nanoClock;
    private long since;
    private int lines;
    private int more;

    ProblemLog(Logger log, LongSupplier nanoClock) {
        this.log = log;
        this.nanoClock = nanoClock;
        this.since = nanoClock.getAsLong();
    }

    void error(String problem) {
        if (isDue()) {
            log.error("{}", problem);
        }
    }

    void info(String change) {
        if (isDue()) {
            log.info("{}", change);
        }
    }

    void warn(String problem) {
        if (isDue()) {
            log.warn("{}", problem);
        }
    }

    private synchronized boolean isDue() {
        long now = nanoClock.getAsLong();
        if (now - since >= MINUTE) {
            if (more > 0) {
                log.warn("{} more problems with the helper in the minute before", more);
            }
            since = now;
            lines = 0;
            more = 0;
        }
        if (lines < LINES) {
            lines++;
            return true;
        }
        more++;
        return false;
    }
}

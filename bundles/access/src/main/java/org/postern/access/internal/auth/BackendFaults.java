package org.postern.access.internal.auth;

import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;
import org.postern.access.internal.LogBudget;
import org.postern.api.text.Printable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backends that throw where they should answer. Of an exception only the kind and the place are
 * logged: its message may quote what a client typed.
 */
final class BackendFaults {
    private static final Logger LOG = LoggerFactory.getLogger(BackendFaults.class);
    private static final int LINES = 10;

    private final LogBudget budget;

    BackendFaults(LongSupplier nanos) {
        budget = new LogBudget(LINES, nanos);
    }

    /**
     * @param failure null where a backend answered nothing at all
     */
    void report(String backend, Throwable failure) {
        int untold = budget.take();
        if (untold == LogBudget.DROPPED) {
            return;
        }
        String name = Printable.escape(backend.getBytes(StandardCharsets.UTF_8));
        if (failure == null) {
            LOG.error("authentication backend {} answered nothing", name);
            return;
        }
        StackTraceElement[] trace = failure.getStackTrace();
        LOG.error(
                "authentication backend {} failed: {} at {} ({} more like this left out)",
                name,
                failure.getClass().getName(),
                trace.length == 0 ? "an unknown place" : trace[0],
                untold);
    }
}

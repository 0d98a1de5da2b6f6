package org.postern.access.internal;

import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;
import org.postern.api.text.Printable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services that throw where they should answer. Of an exception only the kind and the place are
 * logged: its message may quote what a client typed.
 */
public final class ServiceFaults {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceFaults.class);
    private static final int LINES = 10;

    private final String kind;
    private final LogBudget budget;

    /**
     * @param kind what the services are, for the log
     * @param nanos a monotonic clock
     */
    public ServiceFaults(String kind, LongSupplier nanos) {
        this.kind = kind;
        budget = new LogBudget(LINES, nanos);
    }

    /**
     * @param failure null where a service answered nothing at all
     */
    public void report(String service, Throwable failure) {
        int untold = budget.take();
        if (untold == LogBudget.DROPPED) {
            return;
        }
        String name = Printable.escape(service.getBytes(StandardCharsets.UTF_8));
        if (failure == null) {
            LOG.error("{} {} answered nothing", kind, name);
            return;
        }
        StackTraceElement[] trace = failure.getStackTrace();
        LOG.error(
                "{} {} failed: {} at {} ({} more like this left out)",
                kind,
                name,
                failure.getClass().getName(),
                trace.length == 0 ? "an unknown place" : trace[0],
                untold);
    }
}

package org.postern.access.internal.session;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.postern.access.internal.Leased;
import org.postern.access.internal.LogBudget;
import org.postern.access.internal.NamedServices;
import org.postern.api.session.SessionEvent;
import org.postern.api.session.SessionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells every listener every event. What one of them throws keeps nothing from the others. */
final class SessionListeners {
    private static final Logger LOG = LoggerFactory.getLogger(SessionListeners.class);
    private static final int LINES = 10;

    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final LogBudget budget;

    SessionListeners(LongSupplier nanos) {
        budget = new LogBudget(LINES, nanos);
    }

    void bind(SessionListener listener, Map<String, ?> properties) {
        entries.add(new Entry(NamedServices.id(properties), new Leased<>(listener)));
    }

    boolean unbind(Map<String, ?> properties, Duration patience) {
        long id = NamedServices.id(properties);
        Optional<Entry> leaving = entries.stream().filter(entry -> entry.id == id).findFirst();
        leaving.ifPresent(entries::remove);
        return leaving.map(entry -> entry.listener.retire(patience)).orElse(true);
    }

    void publish(SessionEvent event) {
        for (Entry entry : entries) {
            if (entry.listener.acquire()) {
                try {
                    entry.listener.service().handle(event);
                } catch (RuntimeException | LinkageError fault) {
                    report(entry.listener.service(), fault);
                } finally {
                    entry.listener.release();
                }
            }
        }
    }

    // Not the exception's message: it may quote the event, and so what a client typed.
    private void report(SessionListener listener, Throwable fault) {
        int untold = budget.take();
        if (untold != LogBudget.DROPPED) {
            LOG.error(
                    "session listener {} failed: {} ({} more like this left out)",
                    listener.getClass().getName(),
                    fault.getClass().getName(),
                    untold);
        }
    }

    private record Entry(long id, Leased<SessionListener> listener) {}
}

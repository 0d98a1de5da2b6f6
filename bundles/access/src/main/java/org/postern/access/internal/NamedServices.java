package org.postern.access.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.osgi.framework.Constants;
import org.postern.api.protocol.Cancellable;

/**
 * Services of one kind that have a name each, coming and going. Of several with one name the one
 * with the highest ranking counts, and of these the oldest, as everywhere in OSGi. Remembers since
 * when a name that somebody asked for has had no service, so that its absence is waited out once
 * and not by everybody anew.
 *
 * @param <S> what the services are
 */
public final class NamedServices<S> {
    // Names come from configuration; the bound is for code that asks for anything else.
    private static final int MAX_MISSING = 256;

    private final String property;
    private final LongSupplier nanos;
    private final List<Entry<S>> entries = new ArrayList<>();
    private final Map<String, Long> missingSince = new HashMap<>();
    private final List<Arrival> arrivals = new ArrayList<>();
    private volatile Map<String, Leased<S>> best = Map.of();
    private volatile List<String> names = List.of();

    /**
     * @param property the service property with the name
     * @param nanos a monotonic clock
     */
    public NamedServices(String property, LongSupplier nanos) {
        this.property = property;
        this.nanos = nanos;
    }

    /** A service has come. One without a name is nobody's. */
    public void bind(S service, Map<String, ?> properties) {
        List<Arrival> due = new ArrayList<>();
        synchronized (this) {
            entries.add(
                    new Entry<>(
                            id(properties),
                            name(properties),
                            ranking(properties),
                            new Leased<>(service)));
            elect();
            arrivals.removeIf(arrival -> best.containsKey(arrival.name) && due.add(arrival));
        }
        due.forEach(arrival -> arrival.action.run());
    }

    /** A service's ranking has changed. */
    public synchronized void update(Map<String, ?> properties) {
        long id = id(properties);
        entries.replaceAll(
                entry ->
                        entry.id == id
                                ? new Entry<>(
                                        id, name(properties), ranking(properties), entry.leased)
                                : entry);
        elect();
    }

    /**
     * A service leaves: nobody is given it any more, and calls in flight are waited for.
     *
     * @return false if some were still in flight when the time was up
     */
    public boolean unbind(Map<String, ?> properties, Duration patience) {
        Optional<Entry<S>> leaving;
        synchronized (this) {
            long id = id(properties);
            leaving = entries.stream().filter(entry -> entry.id == id).findFirst();
            leaving.ifPresent(entries::remove);
            elect();
        }
        return leaving.map(entry -> entry.leased.retire(patience)).orElse(true);
    }

    /** The service of this name that counts now. */
    public Optional<Leased<S>> current(String name) {
        return Optional.ofNullable(best.get(name));
    }

    /** The names that have a service, that with the highest ranking first. */
    public List<String> names() {
        return names;
    }

    /** How long a name that is asked for now has had no service; zero if it has one. */
    public synchronized Duration missingFor(String name) {
        if (best.containsKey(name)) {
            return Duration.ZERO;
        }
        if (!missingSince.containsKey(name) && missingSince.size() >= MAX_MISSING) {
            return Duration.ofNanos(Long.MAX_VALUE);
        }
        long now = nanos.getAsLong();
        return Duration.ofNanos(now - missingSince.computeIfAbsent(name, first -> now));
    }

    /**
     * Runs something once when there is a service of this name, at once if there is one.
     *
     * @param action must not block
     */
    public Cancellable whenPresent(String name, Runnable action) {
        Arrival arrival = new Arrival(name, action);
        synchronized (this) {
            if (!best.containsKey(name)) {
                arrivals.add(arrival);
                return () -> forget(arrival);
            }
        }
        action.run();
        return () -> {};
    }

    private synchronized void forget(Arrival arrival) {
        arrivals.remove(arrival);
    }

    private void elect() {
        Map<String, Entry<S>> elected = new HashMap<>();
        for (Entry<S> entry : entries) {
            if (!entry.name.isEmpty()) {
                elected.merge(entry.name, entry, Entry::higher);
            }
        }
        for (String gone : best.keySet()) {
            if (!elected.containsKey(gone)) {
                missingSince.put(gone, nanos.getAsLong());
            }
        }
        missingSince.keySet().removeAll(elected.keySet());
        Map<String, Leased<S>> next = new HashMap<>();
        elected.forEach((name, entry) -> next.put(name, entry.leased));
        best = Map.copyOf(next);
        names =
                elected.values().stream()
                        .sorted(
                                Comparator.<Entry<S>>comparingInt(entry -> -entry.ranking)
                                        .thenComparing(Entry::name))
                        .map(Entry::name)
                        .toList();
    }

    private String name(Map<String, ?> properties) {
        Object name = properties.get(property);
        return name == null ? "" : name.toString();
    }

    /** The service's ranking, 0 without one. */
    public static int ranking(Map<String, ?> properties) {
        return properties.get(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0;
    }

    /** The service's id, which is never given to another. */
    public static long id(Map<String, ?> properties) {
        return properties.get(Constants.SERVICE_ID) instanceof Long id ? id : Long.MAX_VALUE;
    }

    private record Entry<S>(long id, String name, int ranking, Leased<S> leased) {
        Entry<S> higher(Entry<S> other) {
            boolean mine = ranking != other.ranking ? ranking > other.ranking : id < other.id;
            return mine ? this : other;
        }
    }

    // Not a record: two waiters for one name are not each other.
    private static final class Arrival {
        private final String name;
        private final Runnable action;

        Arrival(String name, Runnable action) {
            this.name = name;
            this.action = action;
        }
    }
}

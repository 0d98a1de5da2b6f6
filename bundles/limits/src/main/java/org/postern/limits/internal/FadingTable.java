package org.postern.limits.internal;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Weights by key, with something remembered beside each, that fade and are forgotten. At most so
 * many: where there is no room the lightest goes, so whoever wants a heavy one out has to put as
 * many as there are, as heavy, in its place; a thousand made-up keys only push out one another. For
 * one thread.
 *
 * @param <K> key
 * @param <D> detail, of bounded size
 */
final class FadingTable<K, D> {
    /** Less than this is nothing: five half-lives after one failure. */
    static final double FORGOTTEN = 1.0 / 32;

    private final int most;
    private final Supplier<D> details;
    private final Map<K, Entry<K, D>> entries = new HashMap<>();
    private final TreeSet<Entry<K, D>> lightest =
            new TreeSet<>(
                    Comparator.<Entry<K, D>>comparingDouble(entry -> entry.score)
                            .thenComparingLong(entry -> entry.number));
    private Duration halfLife;
    private Fading fading;
    private long numbers;

    private static final class Entry<K, D> {
        private final K key;
        private final long number;
        private D detail;
        private double score;

        Entry(K key, long number, D detail) {
            this.key = key;
            this.number = number;
            this.detail = detail;
        }
    }

    /** Is shown every entry. */
    interface Visitor<K> {
        void visit(K key, double weight);
    }

    /**
     * @param most entries
     * @param details makes what is remembered of a new key
     */
    FadingTable(int most, Supplier<D> details, Duration halfLife, long now) {
        this.most = most;
        this.details = details;
        this.halfLife = halfLife;
        this.fading = new Fading(halfLife, now);
    }

    /** Another half-life from now on; details, which may know the old one, begin anew. */
    void halfLife(Duration changed, long now) {
        if (changed.equals(halfLife)) {
            return;
        }
        Fading other = new Fading(changed, now);
        Map<Entry<K, D>, Double> weights = new HashMap<>();
        entries.values().forEach(entry -> weights.put(entry, fading.weight(entry.score, now)));
        lightest.clear();
        weights.forEach(
                (entry, weight) -> {
                    // A weight that has faded out of the numbers is as good as forgotten.
                    entry.detail = details.get();
                    entry.score = other.score(Math.max(weight, Double.MIN_NORMAL), now);
                    lightest.add(entry);
                });
        halfLife = changed;
        fading = other;
    }

    /** How weights fade here. */
    Fading fading() {
        return fading;
    }

    /** 0 if there is none. */
    double weight(K key, long now) {
        Entry<K, D> entry = entries.get(key);
        return entry == null ? 0 : fading.weight(entry.score, now);
    }

    Optional<D> detail(K key) {
        return Optional.ofNullable(entries.get(key)).map(entry -> entry.detail);
    }

    /** Sets a weight; one that is nothing removes its key. */
    Optional<D> set(K key, double weight, long now) {
        Entry<K, D> entry = entries.get(key);
        if (entry != null) {
            lightest.remove(entry);
        }
        if (weight < FORGOTTEN) {
            entries.remove(key);
            return Optional.empty();
        }
        if (entry == null) {
            makeRoom(now);
            entry = new Entry<>(key, numbers++, details.get());
            entries.put(key, entry);
        }
        entry.score = fading.score(weight, now);
        lightest.add(entry);
        return Optional.of(entry.detail);
    }

    private void makeRoom(long now) {
        while (!lightest.isEmpty()
                && (entries.size() >= most
                        || fading.weight(lightest.first().score, now) < FORGOTTEN)) {
            entries.remove(lightest.pollFirst().key);
        }
    }

    int size() {
        return entries.size();
    }

    /** Shows what is not forgotten, the heaviest first. */
    void visit(Visitor<K> visitor, long now) {
        for (Entry<K, D> entry : lightest.descendingSet()) {
            double weight = fading.weight(entry.score, now);
            if (weight < FORGOTTEN) {
                return;
            }
            visitor.visit(entry.key, weight);
        }
    }
}

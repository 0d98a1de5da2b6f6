package org.postern.limits.internal;

import java.util.Arrays;

/**
 * How much of a source's penalty is whose: by the keyed hashes of the names that failed there last.
 * For one thread.
 */
final class NameShares {
    /** Who fails with more names than this is not mistyping. */
    static final int MOST = 8;

    private long[] names = new long[1];
    private double[] scores = new double[1];
    private int count;

    /** What this name has added, and has not faded. */
    double of(long name, Fading fading, long now) {
        int at = find(name);
        return at < 0 ? 0 : fading.weight(scores[at], now);
    }

    /** This name has added so much; where there is no room the least is forgotten. */
    void set(long name, double weight, Fading fading, long now) {
        int at = find(name);
        if (at < 0) {
            at = count < MOST ? grow() : least();
        }
        names[at] = name;
        scores[at] = fading.score(weight, now);
    }

    /** What this name has added is taken back. */
    double take(long name, Fading fading, long now) {
        int at = find(name);
        if (at < 0) {
            return 0;
        }
        double weight = fading.weight(scores[at], now);
        count--;
        names[at] = names[count];
        scores[at] = scores[count];
        return weight;
    }

    private int grow() {
        if (count == names.length) {
            names = Arrays.copyOf(names, 2 * count);
            scores = Arrays.copyOf(scores, 2 * count);
        }
        return count++;
    }

    private int find(long name) {
        for (int at = 0; at < count; at++) {
            if (names[at] == name) {
                return at;
            }
        }
        return -1;
    }

    private int least() {
        int least = 0;
        for (int at = 1; at < count; at++) {
            if (scores[at] < scores[least]) {
                least = at;
            }
        }
        return least;
    }
}

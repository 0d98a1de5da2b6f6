package org.postern.limits.internal;

import java.util.Arrays;

/**
 * The last different tries, by their fingerprints. A mail program that repeats one wrong password
 * all day is always among them, however many it shares its source with, up to as many as these. For
 * one thread.
 */
final class Tries {
    private final int most;
    // Grows with what is in it: most of those who try once never come back.
    private long[] latest = new long[1];
    private int count;

    Tries(int most) {
        this.most = most;
    }

    /** Remembers a try as the latest one; returns whether it was remembered already. */
    boolean repeats(long fingerprint) {
        int at = 0;
        while (at < count && latest[at] != fingerprint) {
            at++;
        }
        boolean known = at < count;
        if (!known) {
            count = Math.min(count + 1, most);
            at = count - 1;
            if (count > latest.length) {
                latest = Arrays.copyOf(latest, Math.min(most, 2 * latest.length));
            }
        }
        System.arraycopy(latest, 0, latest, 1, at);
        latest[0] = fingerprint;
        return known;
    }
}

package org.postern.limits.internal;

import java.time.Duration;

/**
 * Weights that halve in a half-life, kept as what does not change while they fade: the logarithm of
 * the weight, and of the time at which it was that, in half-lives. Of two weights the one with the
 * larger score is the larger one, whenever it is looked at.
 */
final class Fading {
    private final long origin;
    private final double halfLife;

    /**
     * @param origin when this began, as {@link System#nanoTime}
     */
    Fading(Duration halfLife, long origin) {
        this.origin = origin;
        this.halfLife = halfLife.toNanos();
    }

    /** The score of a positive weight. */
    double score(double weight, long now) {
        return Math.log(weight) / Math.log(2) + age(now);
    }

    /** What is left of a weight. */
    double weight(double score, long now) {
        return Math.pow(2, score - age(now));
    }

    // A difference and not a comparison: nanoTime may wrap.
    private double age(long now) {
        return (now - origin) / halfLife;
    }
}

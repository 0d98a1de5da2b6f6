package org.postern.limits.internal;

import java.time.Duration;
import org.postern.api.config.Settings;

/**
 * How penalties grow and fade. A failure weighs one, weights halve in a half-life, and the penalty
 * of a weight is {@code base * factor ^ (weight - 1)}, up to the ceiling.
 *
 * @param base of the first failure; none at all if zero
 * @param factor by which each further failure multiplies it
 * @param ceiling the longest that an answer is held back
 * @param halfLife in which half of what somebody did is forgotten
 * @param sessions of a source that guesses, before login: at once, and in the time of its penalty
 */
record PenaltySettings(
        Duration base, double factor, Duration ceiling, Duration halfLife, int sessions) {
    static final int BASE_MILLIS = 100;
    static final String FACTOR = "1.2";
    static final int CEILING_SECONDS = 10;
    static final int HALF_LIFE_SECONDS = 300;
    static final int SESSIONS = 5;

    // Half of the least login timeout that makes sense: what is held back longer than a client
    // waits teaches nobody anything.
    private static final int MOST_CEILING = 30;
    private static final int MOST_HALF_LIFE = 86_400;
    private static final double LEAST_FACTOR = 1.1;
    private static final double MOST_FACTOR = 10;

    /** Of the weight at which the ceiling is reached: from here on it is guessing. */
    private static final double GUESSING = 0.5;

    /** Likewise: the most that failures of one name come to, so that no name alone passes it. */
    private static final double ONE_NAME = 0.75;

    /**
     * Likewise: the most that is remembered. What is refused is refused for a half-life at most.
     */
    private static final double MOST = 2;

    static PenaltySettings read(Settings settings) {
        int base = settings.integer("penaltyBase", BASE_MILLIS, 0, 10_000);
        Duration ceiling = settings.seconds("penaltyCeiling", CEILING_SECONDS, 1, MOST_CEILING);
        if (base > ceiling.toMillis()) {
            settings.refuse("penaltyBase", "wants to be below penaltyCeiling");
        }
        return new PenaltySettings(
                Duration.ofMillis(base),
                settings.parsed(
                        "penaltyFactor",
                        Double.parseDouble(FACTOR),
                        "wants a decimal number from 1.1 to 10, such as 1.2",
                        PenaltySettings::factor),
                ceiling,
                settings.seconds("penaltyHalfLife", HALF_LIFE_SECONDS, 1, MOST_HALF_LIFE),
                settings.integer("maxSessionsPenalised", SESSIONS, 1, 100_000));
    }

    // Digits and a dot: no exponents, and no NaN.
    private static double factor(String text) {
        if (!text.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'))) {
            throw new IllegalArgumentException();
        }
        double factor = Double.parseDouble(text);
        if (factor < LEAST_FACTOR || factor > MOST_FACTOR) {
            throw new IllegalArgumentException();
        }
        return factor;
    }

    boolean on() {
        return !base.isZero();
    }

    /** How long an answer is held back, or a connection counts. */
    Duration penalty(double weight) {
        if (!on()) {
            return Duration.ZERO;
        }
        double grown = weight < 1 ? weight : Math.pow(factor, weight - 1);
        double nanos = Math.min((double) ceiling.toNanos(), base.toNanos() * grown);
        return Duration.ofNanos((long) nanos);
    }

    /** Whether whoever has this weight is guessing. */
    boolean guesses(double weight) {
        return on() && weight >= GUESSING * atCeiling();
    }

    /** Whether nothing more is listened to. */
    boolean isOver(double weight) {
        return on() && weight > atCeiling();
    }

    double mostOfOneName() {
        return ONE_NAME * atCeiling();
    }

    double most() {
        return MOST * atCeiling();
    }

    /** The weight at which the penalty is the ceiling. */
    double atCeiling() {
        return on()
                ? 1 + Math.log((double) ceiling.toNanos() / base.toNanos()) / Math.log(factor)
                : 1;
    }
}

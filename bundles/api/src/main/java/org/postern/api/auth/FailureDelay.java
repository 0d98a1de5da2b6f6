package org.postern.api.auth;

import java.time.Duration;

/**
 * When a failed login is answered: a whole number of delays after it began, whatever the reason and
 * however long finding it took. An unknown name, a wrong password and a disabled account then look
 * the same.
 *
 * @param each one delay; positive
 */
public record FailureDelay(Duration each) {

    /**
     * @throws IllegalArgumentException if not positive
     */
    public FailureDelay {
        if (each.isNegative() || each.isZero()) {
            throw new IllegalArgumentException("a delay is positive");
        }
    }

    /**
     * How much longer to wait, in nanoseconds: more than 0, and one delay at most.
     *
     * @param taken since the login began, in nanoseconds
     */
    public long left(long taken) {
        return each.toNanos() - taken % each.toNanos();
    }
}

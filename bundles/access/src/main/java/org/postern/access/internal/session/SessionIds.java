package org.postern.access.internal.session;

import java.util.concurrent.atomic.AtomicLong;
import org.postern.api.session.SessionId;

/**
 * Session ids: a walk through all numbers of twelve base-36 digits in steps that share no factor
 * with their count, so that none comes twice before all have. It starts anywhere, so that the ids
 * of two processes in one log do not meet, and its steps are wide, so that neighbours look
 * different.
 */
final class SessionIds {
    private static final int DIGITS = 12;
    private static final int BASE = 36;
    private static final long COUNT = 4_738_381_338_321_616_896L; // 36^12
    // About COUNT divided by the golden ratio; neither even nor a multiple of three.
    private static final long STEP = 2_928_480_710_206_513_313L;

    private final AtomicLong current;

    /**
     * @param start any number
     */
    SessionIds(long start) {
        current = new AtomicLong(Math.floorMod(start, COUNT));
    }

    SessionId next() {
        long number = current.updateAndGet(last -> (last + STEP) % COUNT);
        char[] digits = new char[DIGITS];
        for (int i = DIGITS - 1; i >= 0; i--) {
            digits[i] = Character.forDigit((int) (number % BASE), BASE);
            number /= BASE;
        }
        return new SessionId(new String(digits));
    }
}

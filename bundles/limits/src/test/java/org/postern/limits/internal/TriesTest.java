package org.postern.limits.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TriesTest {
    private final Tries tries = new Tries(3);

    @Test
    void aTryIsKnownOnceItWasMade() {
        assertFalse(tries.repeats(0));
        assertTrue(tries.repeats(0));
        assertFalse(tries.repeats(1));
        assertTrue(tries.repeats(0));
    }

    @Test
    void theOneThatWasMadeLongestAgoIsForgotten() {
        for (int i = 1; i <= 3; i++) {
            assertFalse(tries.repeats(i));
        }
        assertTrue(tries.repeats(1));
        assertFalse(tries.repeats(4));
        assertTrue(tries.repeats(1));
        assertTrue(tries.repeats(3));
        assertFalse(tries.repeats(2));
    }

    @Test
    void sharesOfNamesFadeAndTheLeastMakesRoom() {
        Fading fading = new Fading(Duration.ofNanos(1), 0);
        NameShares shares = new NameShares();
        for (int name = 1; name <= NameShares.MOST; name++) {
            shares.set(name, name, fading, 0);
        }
        assertEquals(4, shares.of(4, fading, 0), 1e-9);
        assertEquals(2, shares.of(4, fading, 1), 1e-9);
        shares.set(99, 0.5, fading, 0);
        assertEquals(0, shares.of(1, fading, 0));
        assertEquals(0.5, shares.of(99, fading, 0), 1e-9);
        assertEquals(3, shares.take(3, fading, 0), 1e-9);
        assertEquals(0, shares.take(3, fading, 0));
        assertEquals(8, shares.of(8, fading, 0), 1e-9);
    }
}

package org.postern.api.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FailureDelayTest {
    private final FailureDelay delay = new FailureDelay(Duration.ofNanos(100));

    @Test
    void whatTookLessLeavesWithTheFirst() {
        assertEquals(100, delay.left(0));
        assertEquals(99, delay.left(1));
        assertEquals(1, delay.left(99));
    }

    @Test
    void whatTookLongerLeavesWithTheNextOne() {
        assertEquals(100, delay.left(100));
        assertEquals(50, delay.left(250));
    }

    @Test
    void noDelayIsNone() {
        assertThrows(IllegalArgumentException.class, () -> new FailureDelay(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> new FailureDelay(Duration.ofNanos(-1)));
    }
}

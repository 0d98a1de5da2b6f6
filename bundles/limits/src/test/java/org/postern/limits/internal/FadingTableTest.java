package org.postern.limits.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FadingTableTest {
    private static final Duration HALF_LIFE = Duration.ofMinutes(5);
    private static final double PRECISE = 1e-9;

    // It wraps in the middle of every test.
    private long now = Long.MAX_VALUE - 1;
    private final FadingTable<Integer, Object> table =
            new FadingTable<>(4, Object::new, HALF_LIFE, now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private void set(int key, double weight) {
        assertTrue(table.set(key, weight, now).isPresent());
    }

    private List<Integer> keys() {
        List<Integer> keys = new ArrayList<>();
        table.visit((key, weight) -> keys.add(key), now);
        return keys;
    }

    @Test
    void aWeightHalvesInAHalfLife() {
        set(1, 8);
        assertEquals(8, table.weight(1, now), PRECISE);
        pass(HALF_LIFE);
        assertEquals(4, table.weight(1, now), PRECISE);
        pass(HALF_LIFE.multipliedBy(2));
        assertEquals(1, table.weight(1, now), PRECISE);
        assertEquals(0, table.weight(2, now));
    }

    @Test
    void theLightestMakesRoomWhenever() {
        set(1, 10);
        set(2, 3);
        pass(HALF_LIFE);
        set(3, 1);
        set(4, 2);
        // 5, 1.5, 1 and 2.
        set(5, 1);
        assertEquals(List.of(1, 4, 2, 5), keys());
        set(6, 1);
        assertEquals(List.of(1, 4, 2, 6), keys());
        assertEquals(4, table.size());
    }

    @Test
    void aMillionLightOnesPushOutNoHeavyOne() {
        set(-1, 3);
        Object detail = table.detail(-1).orElseThrow();
        for (int key = 0; key < 1_000_000; key++) {
            set(key, 1);
        }
        assertEquals(4, table.size());
        assertEquals(3, table.weight(-1, now), PRECISE);
        assertSame(detail, table.detail(-1).orElseThrow());
    }

    @Test
    void whatIsNothingAnyMoreIsForgotten() {
        set(1, 1);
        set(2, 2);
        pass(HALF_LIFE.multipliedBy(5));
        assertEquals(List.of(2, 1), keys());
        pass(Duration.ofMillis(1));
        assertEquals(List.of(2), keys());
        set(3, 1);
        assertEquals(2, table.size());
        assertEquals(Optional.empty(), table.set(2, FadingTable.FORGOTTEN / 2, now));
        assertEquals(1, table.size());
    }

    @Test
    void anotherHalfLifeHoldsFromNowOn() {
        set(1, 8);
        set(2, 6);
        Object detail = table.detail(1).orElseThrow();
        table.halfLife(HALF_LIFE, now);
        assertSame(detail, table.detail(1).orElseThrow());
        pass(HALF_LIFE);
        table.halfLife(HALF_LIFE.dividedBy(5), now);
        assertEquals(4, table.weight(1, now), PRECISE);
        pass(HALF_LIFE.dividedBy(5));
        assertEquals(2, table.weight(1, now), PRECISE);
        assertEquals(List.of(1, 2), keys());
        assertNotSame(detail, table.detail(1).orElseThrow());
    }

    @Test
    void aDetailStaysWithItsKey() {
        Object detail = table.set(1, 1, now).orElseThrow();
        assertSame(detail, table.set(1, 2, now).orElseThrow());
        assertEquals(Optional.empty(), table.set(1, 0, now));
        assertEquals(Optional.empty(), table.detail(1));
    }
}

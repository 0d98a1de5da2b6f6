package org.postern.limits.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.api.net.Source;

final class GhostSlotsTest {
    private static final long NOW = 1_000_000_000_000L;
    private static final Source HERE = new Source(4, 0xC6336407L);
    private static final Source ELSEWHERE = new Source(6, 0x20010db800010002L);
    private static final GhostSlots.Ghost OLD = ghost(HERE, 30);
    private static final GhostSlots.Ghost YOUNG = ghost(ELSEWHERE, 5);

    private final GhostSlots slots = new GhostSlots();

    @Test
    void theOldestLeavesFirst() {
        slots.add(YOUNG);
        slots.add(OLD);
        assertEquals(Optional.empty(), slots.takeExpired(NOW, Duration.ofSeconds(31)));
        assertEquals(Optional.of(OLD), slots.takeExpired(NOW, Duration.ofSeconds(30)));
        assertEquals(Optional.empty(), slots.takeExpired(NOW, Duration.ofSeconds(30)));
        assertEquals(Optional.of(YOUNG), slots.takeExpired(NOW, Duration.ZERO));
    }

    @Test
    void aFullTableForgetsItsOldest() {
        slots.add(OLD);
        for (int i = 1; i < GhostSlots.MOST; i++) {
            assertEquals(Optional.empty(), slots.add(YOUNG));
        }
        assertEquals(Optional.of(OLD), slots.add(YOUNG));
        assertEquals(GhostSlots.MOST, slots.count());
    }

    @Test
    void allAreShownTheOldestFirst() {
        slots.add(YOUNG);
        slots.add(OLD);
        assertEquals(List.of(OLD, YOUNG), slots.all(NOW));
        slots.clear();
        assertEquals(List.of(), slots.all(NOW));
    }

    private static GhostSlots.Ghost ghost(Source source, int seconds) {
        return new GhostSlots.Ghost(source, NOW - Duration.ofSeconds(seconds).toNanos());
    }
}

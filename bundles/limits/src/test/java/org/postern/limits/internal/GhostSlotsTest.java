package org.postern.limits.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.api.limits.PenaltyRecords;
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
    void whatIsHandedOverArrives() {
        slots.add(YOUNG);
        slots.add(OLD);
        assertEquals(List.of(OLD, YOUNG), GhostSlots.decode(slots.encode(NOW), NOW));
        assertEquals(
                PenaltyRecords.NONE.octets().length, new GhostSlots().encode(NOW).octets().length);
    }

    @Test
    void aFullTableFitsInTheRecords() {
        for (int i = 0; i < GhostSlots.MOST; i++) {
            slots.add(OLD);
        }
        assertEquals(GhostSlots.MOST, GhostSlots.decode(slots.encode(NOW), NOW).size());
    }

    @Test
    void oneOctetThatCouldNotBeOursSpoilsAll() {
        assertEquals(1, GhostSlots.decode(record(4, 0xFFFF_FFFFL, 3_600_000), NOW).size());
        assertEquals(1, GhostSlots.decode(record(6, -1, 0), NOW).size());
        assertSpoiled(record(4, 0x1_0000_0000L, 0));
        assertSpoiled(record(4, -1, 0));
        assertSpoiled(record(5, 0, 0));
        assertSpoiled(record(-4, 0, 0));
        assertSpoiled(record(4, 0, 3_600_001));
        assertSpoiled(record(4, 0, -1));
        byte[] good = record(4, 0, 0).octets();
        assertSpoiled(new PenaltyRecords(GhostSlots.FORM, new byte[good.length - 1]));
        assertSpoiled(new PenaltyRecords("org.postern.limits/2", good));
        byte[] many = new byte[good.length * (GhostSlots.MOST + 1)];
        for (int i = 0; i < many.length; i += good.length) {
            many[i] = 4;
        }
        assertSpoiled(new PenaltyRecords(GhostSlots.FORM, many));
    }

    private static void assertSpoiled(PenaltyRecords records) {
        assertTrue(GhostSlots.decode(records, NOW).isEmpty());
    }

    private static PenaltyRecords record(int family, long prefix, int age) {
        byte[] octets =
                ByteBuffer.allocate(13).put((byte) family).putLong(prefix).putInt(age).array();
        return new PenaltyRecords(GhostSlots.FORM, octets);
    }

    private static GhostSlots.Ghost ghost(Source source, int seconds) {
        return new GhostSlots.Ghost(source, NOW - Duration.ofSeconds(seconds).toNanos());
    }
}

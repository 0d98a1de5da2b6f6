package org.postern.limits.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.api.limits.PenaltyRecords;
import org.postern.api.net.Source;
import org.postern.limits.internal.Penalties.Weight;

final class PenaltyFormTest {
    private static final long NOW = Long.MAX_VALUE;
    private static final Source HERE = new Source(4, 0xC6336407L);
    private static final Source ELSEWHERE = new Source(6, 0x20010db800010002L);

    private static PenaltyForm.Remembered some() {
        return new PenaltyForm.Remembered(
                1,
                -2,
                List.of(
                        new GhostSlots.Ghost(HERE, NOW - Duration.ofSeconds(30).toNanos()),
                        new GhostSlots.Ghost(ELSEWHERE, NOW)),
                List.of(new Weight<>(HERE, 2.5), new Weight<>(ELSEWHERE, 0.125)),
                List.of(new Weight<>(-77L, 1000.0)));
    }

    @Test
    void whatIsHandedOverArrives() {
        assertEquals(Optional.of(some()), PenaltyForm.decode(PenaltyForm.encode(some(), NOW), NOW));
    }

    @Test
    void fullTablesFitInTheRecords() {
        List<GhostSlots.Ghost> ghosts = new ArrayList<>();
        List<Weight<Source>> sources = new ArrayList<>();
        List<Weight<Long>> names = new ArrayList<>();
        for (int i = 0; i < GhostSlots.MOST; i++) {
            ghosts.add(new GhostSlots.Ghost(HERE, NOW));
        }
        for (int i = 0; i < 2 * Penalties.MOST_SOURCES; i++) {
            sources.add(new Weight<>(HERE, 1.0));
        }
        for (int i = 0; i < Penalties.MOST_NAMES; i++) {
            names.add(new Weight<>(7L, 1.0));
        }
        var full = new PenaltyForm.Remembered(0, 0, ghosts, sources, names);
        assertEquals(Optional.of(full), PenaltyForm.decode(PenaltyForm.encode(full, NOW), NOW));
        names.add(new Weight<>(7L, 1.0));
        assertSpoiled(PenaltyForm.encode(full, NOW));
        names.remove(0);
        sources.add(new Weight<>(HERE, 1.0));
        assertSpoiled(PenaltyForm.encode(full, NOW));
        sources.remove(0);
        ghosts.add(new GhostSlots.Ghost(HERE, NOW));
        assertSpoiled(PenaltyForm.encode(full, NOW));
    }

    @Test
    void oneOctetThatCouldNotBeOursSpoilsAll() {
        byte[] good = PenaltyForm.encode(some(), NOW).octets();
        int ghost = 28;
        int source = ghost + 2 * 13;
        int name = source + 2 * 13;
        assertEquals(name + 12, good.length);
        for (int family : new int[] {0, 5, 7, -4}) {
            assertSpoiled(good, ghost, (byte) family);
            assertSpoiled(good, source, (byte) family);
        }
        // An IPv4 address has 32 bits.
        assertSpoiled(good, ghost + 4, (byte) 1);
        assertSpoiled(good, source + 4, (byte) 1);
        assertSpoiled(good, ghost + 9, 3_600_001);
        assertSpoiled(good, ghost + 9, -1);
        for (float weight :
                new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY, Math.nextUp(1_000f)}) {
            assertSpoiled(good, source + 9, Float.floatToRawIntBits(weight));
            assertSpoiled(good, name + 8, Float.floatToRawIntBits(weight));
        }
        for (int count = 16; count < 28; count += 4) {
            assertSpoiled(good, count, -1);
            assertSpoiled(good, count, 3);
            assertSpoiled(good, count, Integer.MAX_VALUE);
        }
        for (int length = 0; length < good.length; length++) {
            byte[] cut = new byte[length];
            System.arraycopy(good, 0, cut, 0, length);
            assertSpoiled(new PenaltyRecords(PenaltyForm.FORM, cut));
        }
        assertSpoiled(new PenaltyRecords("org.postern.limits/1", good));
    }

    private static void assertSpoiled(byte[] good, int at, byte octet) {
        byte[] bad = good.clone();
        bad[at] = octet;
        assertSpoiled(new PenaltyRecords(PenaltyForm.FORM, bad));
    }

    private static void assertSpoiled(byte[] good, int at, int number) {
        byte[] bad = good.clone();
        ByteBuffer.wrap(bad).putInt(at, number);
        assertSpoiled(new PenaltyRecords(PenaltyForm.FORM, bad));
    }

    private static void assertSpoiled(PenaltyRecords records) {
        assertTrue(PenaltyForm.decode(records, NOW).isEmpty());
    }
}

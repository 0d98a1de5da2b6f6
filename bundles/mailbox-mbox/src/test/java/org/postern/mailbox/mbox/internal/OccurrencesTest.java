package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OccurrencesTest {

    @Test
    void countsAsAMapDoes() {
        long seed = System.nanoTime();
        System.out.println("OccurrencesTest seed " + seed);
        Random random = new Random(seed);
        Occurrences occurrences = new Occurrences();
        Map<Long, Integer> expected = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            // Small keys, 0 and -1 among them, and keys that differ only in their upper bits.
            long key = random.nextInt(20_000) - 10L;
            key = random.nextBoolean() ? key : key << 44;
            assertEquals(
                    expected.merge(key, 1, Integer::sum), occurrences.add(key), "seed " + seed);
        }
    }
}

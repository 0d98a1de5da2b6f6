package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postern.api.posix.FileHandle;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryFiles;

class ScanBlockTest {
    private static final int SIZE = 200;

    @Test
    void findsLineFeedsWhatEverWasReadBefore() throws Exception {
        long seed = System.nanoTime();
        System.out.println("ScanBlockTest seed " + seed);
        Random random = new Random(seed);
        byte[] octets = new byte[1000];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) (random.nextInt(20) == 0 ? '\n' : random.nextInt());
        }
        FileHandle file = new MemoryFiles(new ManualClock()).newFile(octets).open(false);
        ScanBlock block = new ScanBlock(ByteBuffer.allocateDirect(SIZE).limit(0));
        for (int round = 0; round < 2_000; round++) {
            String what = "seed " + seed + " round " + round;
            int begin = random.nextInt(octets.length);
            int wanted = 1 + random.nextInt(2 * SIZE);
            int limit = Math.min(SIZE, Math.min(wanted, octets.length - begin));
            assertEquals(limit, block.read(file, begin, begin + wanted), what);
            assertEquals(limit, block.octets().limit(), what);
            int from = random.nextInt(limit);
            int to = from + 1 + random.nextInt(limit - from);
            int expected = from;
            while (expected < to && octets[begin + expected] != '\n') {
                expected++;
            }
            assertEquals(expected, block.nextLineFeed(from, to), what);
            assertEquals(
                    ByteBuffer.wrap(octets, begin + from, to - from), block.range(from, to), what);
        }
    }

    @Test
    void saysWhereTheFileEnds() throws Exception {
        FileHandle file = new MemoryFiles(new ManualClock()).newFile(new byte[3]).open(false);
        ScanBlock block = new ScanBlock(ByteBuffer.allocateDirect(SIZE).limit(0));
        assertEquals(3, block.read(file, 0, SIZE));
        assertTrue(block.read(file, 3, SIZE) < 0);
        assertEquals(0, block.octets().limit());
    }
}

package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EmptyLinesTest {

    // One for all, as longer and shorter ones are read into the same in turns.
    private final ScanBlock block = new ScanBlock(ByteBuffer.allocateDirect(1 << 16).limit(0));

    private ScanBlock block(byte[] octets) {
        block.octets().clear().put(octets).flip();
        block.mark();
        return block;
    }

    @Test
    void countsLineFeedsInARow() {
        for (int size : new int[] {1, 7, 8, 9, 63, 64, 65, 66, 128, 129, 2048, 4095, 65_536}) {
            byte[] octets = new byte[size];
            Arrays.fill(octets, (byte) '\n');
            EmptyLines lines = new EmptyLines();
            lines.reset();
            assertEquals(size, lines.search(block(octets), 0, size));
            assertEquals(size, lines.lineFeeds());
        }
    }

    @Test
    void marksLineFeedsAndNothingElse() {
        for (int octet = 0; octet < 256; octet++) {
            for (int place = 0; place < 8; place++) {
                for (long others : new long[] {0, -1, 0x0B0B0B0B0B0B0B0BL, 0x0909090909090909L}) {
                    long shift = place * 8L;
                    long word = (others & ~(0xFFL << shift)) | ((long) octet << shift);
                    long expected = octet == '\n' ? 0x80L << shift : 0;
                    assertEquals(expected, LineFeeds.marks(word), Long.toHexString(word));
                }
            }
        }
    }

    @Test
    void stopsWhereANaiveSearchStops() {
        long seed = System.nanoTime();
        System.out.println("EmptyLinesTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] octets = new byte[1 + random.nextInt(round % 100 == 0 ? 5000 : 200)];
            // With neighbours of the two that count, and the same with the top bit set.
            String from = random.nextBoolean() ? "\n\n\nFFxy" : "\n\n\nFF\t\u000b\u008a\u00c6GE";
            int plain = random.nextInt(40);
            for (int i = 0; i < octets.length; i++) {
                boolean drawn = random.nextInt(40) >= plain;
                octets[i] = (byte) (drawn ? from.charAt(random.nextInt(from.length())) : 'x');
            }
            // Never called at a candidate.
            octets[0] = octets[0] == 'F' ? (byte) 'x' : octets[0];
            check(octets, 1 + random.nextInt(octets.length), "seed " + seed + " round " + round);
        }
    }

    @Test
    void stopsWhereverTheEmptyLineIs() {
        for (int at = 2; at < 200; at++) {
            for (int text : new int[] {'x', 0x8A, 0xC6}) {
                byte[] octets = new byte[300];
                Arrays.fill(octets, (byte) text);
                octets[at - 2] = '\n';
                octets[at - 1] = '\n';
                octets[at] = 'F';
                check(octets, octets.length, "at " + at + " in " + text);
                octets[at - 2] = 'x';
                check(octets, octets.length, "no empty line at " + at + " in " + text);
            }
        }
    }

    private void check(byte[] octets, int split, String what) {
        EmptyLines lines = new EmptyLines();
        lines.reset();
        block(octets);
        int at = 0;
        while (at < octets.length) {
            int to = at < split ? split : octets.length;
            if (lines.afterEmptyLine() && octets[at] == 'F') {
                lines.insideLine();
                at++;
                continue;
            }
            int end = at + 1;
            while (end < to && !(octets[end] == 'F' && emptyBefore(octets, end))) {
                end++;
            }
            assertEquals(end, lines.search(block, at, to), what);
            assertEquals(octets[end - 1] == '\n', lines.atLineStart(), what);
            assertEquals(emptyBefore(octets, end), lines.afterEmptyLine(), what);
            at = end;
        }
        long lineFeeds = 0;
        for (byte octet : octets) {
            lineFeeds += octet == '\n' ? 1 : 0;
        }
        assertEquals(lineFeeds, lines.lineFeeds(), what);
    }

    // The body starts at a line's start, behind an empty line.
    private static boolean emptyBefore(byte[] octets, int at) {
        return octets[at - 1] == '\n' && (at < 2 || octets[at - 2] == '\n');
    }
}

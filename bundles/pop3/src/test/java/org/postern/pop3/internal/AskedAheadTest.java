package org.postern.pop3.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AskedAheadTest {

    private static List<Integer> numbers(String input, int most) {
        ByteBuffer octets = ByteBuffer.wrap(("PASS" + input).getBytes(ISO_8859_1)).position(4);
        List<Integer> numbers = AskedAhead.numbers(octets, most);
        assertEquals(4, octets.position());
        assertEquals(4 + input.length(), octets.limit());
        return numbers;
    }

    @Test
    void numbersOfRetrAndTopInOrder() {
        assertEquals(List.of(7, 3, 3), numbers("RETR 7\r\ntop 3 0\nReTr 003\r\n", 8));
    }

    @Test
    void otherLinesArePassedOver() {
        assertEquals(List.of(1, 2), numbers("\r\nRETR 1\r\nDELE 1\r\n\nNOOP\r\nRETR 2\r\n", 8));
        for (String line : List.of("RETR", "RETR ", "RETR x", "RETR -1", "RETR 0", "RETRX 1")) {
            assertEquals(List.of(), numbers(line + "\r\n", 8), line);
        }
        assertEquals(List.of(), numbers("RETR 99999999999999999999\r\n", 8));
    }

    @Test
    void unfinishedLinesAreNotLookedAt() {
        assertEquals(List.of(1), numbers("RETR 1\r\nRETR 2", 8));
        assertEquals(List.of(), numbers("RETR 1", 8));
        assertEquals(List.of(), numbers("", 8));
    }

    @Test
    void noMoreThanAreWanted() {
        assertEquals(List.of(1, 2), numbers("RETR 1\r\nRETR 2\r\nRETR 3\r\n", 2));
        assertEquals(List.of(), numbers("RETR 1\r\n", 0));
    }

    @Test
    void noFurtherThanSomeOctets() {
        assertEquals(List.of(5), numbers("x".repeat(512 - 8) + "\nRETR 5\n", 8));
        assertEquals(List.of(), numbers("x".repeat(512 - 7) + "\nRETR 5\n", 8));
    }

    @Test
    void anyOctetsAreLookedAt() {
        long seed = System.nanoTime();
        System.out.println("AskedAheadTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            byte[] octets = RandomLines.make(random, 10);
            for (int number : AskedAhead.numbers(ByteBuffer.wrap(octets), 8)) {
                assertTrue(number > 0, "seed " + seed);
            }
        }
    }
}

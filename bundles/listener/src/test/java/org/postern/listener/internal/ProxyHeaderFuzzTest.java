package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever a proxy's connection begins with, and the pieces it comes in: one answer, within the
 * bounds, no exception. Fuzzes with JAZZER_FUZZ=1, else replays the corpus.
 */
class ProxyHeaderFuzzTest {

    /** The first octet of an input is the size of the pieces, less one. */
    @FuzzTest(maxDuration = "60s")
    @Timeout(180)
    void headersDoNotDependOnPieces(byte[] data) {
        int pieces = data.length == 0 ? 1 : 1 + (data[0] & 0xFF);
        byte[] octets = Arrays.copyOfRange(data, Math.min(1, data.length), data.length);
        String whole = read(octets, Math.max(1, octets.length));
        assertEquals(whole, read(octets, pieces));
        assertEquals(whole, read(octets, 1));
    }

    private static String read(byte[] octets, int pieces) {
        ProxyHeaderReader reader = new ProxyHeaderReader();
        int taken = 0;
        for (int from = 0; from < octets.length; from += pieces) {
            int to = Math.min(octets.length, from + pieces);
            ByteBuffer input = ByteBuffer.wrap(Arrays.copyOfRange(octets, from, to));
            Optional<ProxyHeader> header = reader.read(input);
            taken += input.position();
            assertTrue(taken <= ProxyHeaderReader.MAX_V2);
            if (header.isPresent()) {
                return taken + " " + header.get();
            }
            assertTrue(!input.hasRemaining());
        }
        return taken + " more";
    }
}

package org.postern.api.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever the octets: what is decoded is what the library's encoder makes that very text of, and
 * what is refused is nothing that it makes. Fuzzes with JAZZER_FUZZ=1, else replays the corpus.
 */
class StrictBase64FuzzTest {

    @FuzzTest(maxDuration = "30s")
    @Timeout(180)
    void decodesWhatEncodingGives(byte[] text) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(text.length + 2);
        buffer.put(1, text).position(1).limit(1 + text.length);
        boolean decoded = StrictBase64.decode(buffer);
        assertEquals(1, buffer.position());
        assertEquals(0, buffer.get(0));
        assertEquals(0, buffer.duplicate().clear().get(text.length + 1));
        if (decoded) {
            byte[] octets = new byte[buffer.remaining()];
            buffer.get(octets);
            assertArrayEquals(text, Base64.getEncoder().encode(octets));
        } else {
            assertEquals(1 + text.length, buffer.limit());
            assertEquals(false, isEncoding(text));
        }
    }

    private static boolean isEncoding(byte[] text) {
        try {
            byte[] octets = Base64.getDecoder().decode(text);
            return Arrays.equals(text, Base64.getEncoder().encode(octets));
        } catch (IllegalArgumentException none) {
            return false;
        }
    }
}

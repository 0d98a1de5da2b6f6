package org.postern.sasl.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Timeout;
import org.postern.api.auth.UserName;

/**
 * Whatever the octets: a message or that it is malformed, no other exception, and of a message that
 * every part lies where it says. Fuzzes with JAZZER_FUZZ=1, else replays the corpus.
 */
class DecodersFuzzTest {

    @FuzzTest(maxDuration = "60s")
    @Timeout(180)
    void plain(byte[] data) {
        try {
            PlainMessage message = PlainMessage.parse(ByteBuffer.wrap(data));
            byte[] authorization =
                    message.authorization().map(UserName::octets).orElse(new byte[0]);
            byte[] name = message.name().octets();
            ByteBuffer whole =
                    ByteBuffer.allocate(data.length)
                            .put(authorization)
                            .put((byte) 0)
                            .put(name)
                            .put((byte) 0);
            message.password().copyTo(whole);
            assertArrayEquals(data, whole.array());
        } catch (MalformedMessage malformed) {
            assertTrue(!malformed.getMessage().isEmpty());
        }
    }

    @FuzzTest(maxDuration = "60s")
    @Timeout(180)
    void scramFirst(byte[] data) {
        try {
            ClientFirst first = ClientFirst.parse(data);
            byte[] whole =
                    Arrays.copyOf(
                            first.gs2Header(), first.gs2Header().length + first.bare().length);
            System.arraycopy(first.bare(), 0, whole, first.gs2Header().length, first.bare().length);
            assertArrayEquals(data, whole);
            assertTrue(data.length <= ClientFirst.MAX_MESSAGE);
            assertTrue(first.nonce().length > 0 && first.nonce().length <= ClientFirst.MAX_NONCE);
            assertEquals(first.flag() == 'p', !first.binding().isEmpty());
        } catch (MalformedMessage malformed) {
            assertTrue(!malformed.getMessage().isEmpty());
        }
    }

    @FuzzTest(maxDuration = "60s")
    @Timeout(180)
    void scramFinal(byte[] data) {
        try {
            ClientFinal last = ClientFinal.parse(data);
            assertArrayEquals(last.withoutProof(), Arrays.copyOf(data, last.withoutProof().length));
            assertEquals(ClientFinal.PROOF_LENGTH, last.proof().length);
            // What follows is the comma and the proof.
            assertEquals(data.length, last.withoutProof().length + ",p=".length() + 44);
        } catch (MalformedMessage malformed) {
            assertTrue(!malformed.getMessage().isEmpty());
        }
    }
}

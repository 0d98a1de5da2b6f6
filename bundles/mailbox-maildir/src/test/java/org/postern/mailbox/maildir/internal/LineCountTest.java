package org.postern.mailbox.maildir.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.MessageEncoder;

class LineCountTest {
    private static final byte[] OCTETS = {'\r', '\n', '\n', 'a', '.', (byte) 0x8A, (byte) 0x8D, 0};

    @Test
    void countsWhatTheEncoderSends() {
        long seed = System.nanoTime();
        System.out.println("LineCountTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] message = new byte[random.nextInt(round % 100 == 0 ? 6_000 : 60)];
            for (int i = 0; i < message.length; i++) {
                message[i] =
                        random.nextInt(9) == 0 || round % 2 == 0
                                ? OCTETS[random.nextInt(OCTETS.length)]
                                : (byte) 'x';
            }
            MessageEncoder encoder = MessageEncoder.whole(MessageSizes.LINES);
            LineCount count = new LineCount();
            for (int from = 0; from < message.length; ) {
                int length = 1 + random.nextInt(message.length - from);
                ByteBuffer piece = ByteBuffer.allocateDirect(length);
                piece.put(message, from, length).flip();
                count.add(piece.order(ByteOrder.LITTLE_ENDIAN));
                encoder.count(piece);
                from += length;
            }
            boolean missing = encoder.insideLine();
            encoder.finish(null);
            assertEquals(
                    new MessageSizes.Measure(message.length, encoder.octets(), missing),
                    count.measure(),
                    "seed " + seed + " round " + round);
        }
    }
}

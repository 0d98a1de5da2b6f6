package org.postern.mailbox.maildir.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.MessageEncoder;

class LineEndsTest {

    @Test
    void crLfBecomesLf() {
        assertEquals("a\nb\n\n", converted("a\r\nb\r\n\r\n"));
        assertEquals("a\nb\n", converted("a\nb\n"));
        assertEquals("a\rb\r", converted("a\rb\r"));
        assertEquals("\r\rx", converted("\r\rx"));
        assertEquals("a\r\r\nb", converted("a\r\r\nb"), "else its CR would be lost");
        assertEquals("a\r\r\r\n", converted("a\r\r\r\n"));
        assertEquals("\n\n", converted("\r\n\r\n"));
        assertEquals("\r\r\n\n", converted("\r\r\n\r\n"));
    }

    @Test
    void whatIsStoredIsSentAsItCame() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        char[] alphabet = {'\r', '\n', '.', 'a'};
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                text.append(alphabet[random.nextInt(alphabet.length)]);
            }
            assertEquals(sent(text.toString()), sent(converted(text.toString())), "seed " + seed);
        }
    }

    private static String sent(String stored) {
        MessageEncoder encoder = MessageEncoder.whole(MessageSizes.LINES);
        ByteBuffer wire = ByteBuffer.allocate(100);
        encoder.encode(ByteBuffer.wrap(stored.getBytes(US_ASCII)), wire);
        encoder.finish(wire);
        return new String(wire.array(), 0, wire.position(), US_ASCII);
    }

    // Octet by octet, so that every state is met at the end of a piece.
    private static String converted(String text) {
        LineEnds lineEnds = new LineEnds();
        ByteBuffer target = ByteBuffer.allocate(100);
        for (byte octet : text.getBytes(US_ASCII)) {
            lineEnds.convert(ByteBuffer.wrap(new byte[] {octet}), target);
        }
        lineEnds.finish(target);
        return new String(target.array(), 0, target.position(), US_ASCII);
    }
}

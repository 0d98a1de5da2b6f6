package org.postern.api.mailbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageEncoderTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "a: b\\n\\nx\\n, a: b\\r\\n\\r\\nx\\r\\n",
                ".\\n..\\n.x\\nx.\\n, ..\\r\\n...\\r\\n..x\\r\\nx.\\r\\n",
                "no end, no end\\r\\n",
                ".no end, ..no end\\r\\n",
                "\"\", \"\"",
                "\\n\\n, \\r\\n\\r\\n",
                "cr\\r\\n, cr\\r\\r\\n",
                "cr at end\\r, cr at end\\r\\r\\n",
                "nul\\0\\n, nul\\0\\r\\n",
            })
    void encodesLinesThatEndInLineFeed(String stored, String sent) {
        assertEquals(unescape(sent), encode(LineConvention.LF, unescape(stored)));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "a\\r\\nb\\n, a\\r\\nb\\r\\n",
                "a\\r\\r\\n, a\\r\\r\\n",
                "a\\rb\\n, a\\rb\\r\\n",
                ".\\r\\n, ..\\r\\n",
                "\\r, \\r\\r\\n",
                "\\r.\\n, \\r.\\r\\n",
                "end\\r\\n, end\\r\\n",
            })
    void takesCarriageReturnAndLineFeedAsOneLineEnd(String stored, String sent) {
        assertEquals(unescape(sent), encode(LineConvention.LF_OR_CRLF, unescape(stored)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, h: 1\\nh: 2\\n\\nb1\\nb2\\n, h: 1\\r\\nh: 2\\r\\n\\r\\n",
        "1, h: 1\\nh: 2\\n\\nb1\\nb2\\n, h: 1\\r\\nh: 2\\r\\n\\r\\nb1\\r\\n",
        "2, h: 1\\n\\nb1\\nb2\\n, h: 1\\r\\n\\r\\nb1\\r\\nb2\\r\\n",
        "3, h: 1\\n\\nb1\\nb2, h: 1\\r\\n\\r\\nb1\\r\\nb2\\r\\n",
        "2147483647, h: 1\\n\\nb1\\n, h: 1\\r\\n\\r\\nb1\\r\\n",
        "0, no body\\n, no body\\r\\n",
        "1, h: 1\\n\\n\\nb\\n, h: 1\\r\\n\\r\\n\\r\\n",
    })
    void topCountsLinesAfterTheFirstEmptyOne(long lines, String stored, String sent) {
        MessageEncoder encoder =
                new MessageEncoder(LineConvention.LF, lines, MessageEncoder.KEEP_NUL);
        assertEquals(unescape(sent), encode(encoder, unescape(stored), new Random(1), 1 << 16));
    }

    @Test
    void linesAllocateNothing() {
        String lines = ".x\n..\n\n" + "line that is longer than a word\n".repeat(20);
        ByteBuffer source = ByteBuffer.allocateDirect(1 << 16);
        while (source.remaining() > lines.length()) {
            source.put(lines.getBytes(ISO_8859_1));
        }
        source.flip();
        ByteBuffer target = ByteBuffer.allocateDirect(1 << 12);
        MessageEncoder encoder =
                new MessageEncoder(
                        LineConvention.LF, MessageEncoder.ALL_LINES, MessageEncoder.KEEP_NUL);
        encodeAll(encoder, source, target);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10; i++) {
            encodeAll(encoder, source, target);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 1000, allocated + " octets for " + 10 * source.limit());
    }

    private static void encodeAll(MessageEncoder encoder, ByteBuffer source, ByteBuffer target) {
        source.rewind();
        while (source.hasRemaining()) {
            encoder.encode(source, target.clear());
        }
    }

    @Test
    void topStopsReadingWhenItHasItsLines() {
        MessageEncoder encoder = new MessageEncoder(LineConvention.LF, 0, MessageEncoder.KEEP_NUL);
        ByteBuffer source = bytes("h: 1\n\nbody\n");
        encoder.encode(source, ByteBuffer.allocate(100));
        assertTrue(encoder.complete());
        assertEquals("body\n".length(), source.remaining());
    }

    @Test
    void substitutesNulWithoutChangingTheCount() {
        MessageEncoder encoder =
                new MessageEncoder(LineConvention.LF, MessageEncoder.ALL_LINES, 0x80);
        assertEquals(
                "a\u0080b\u0080\u0080\r\n", encode(encoder, "a\0b\0\0\n", new Random(1), 1 << 16));
        assertEquals(7, encoder.octets());
    }

    /** LIST's size, RETR's octets and a naive encoding agree, however the message is cut up. */
    @Test
    void countsWhatItSendsInAnyPieces() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        // The second one has longer lines, which are encoded eight octets at a time.
        String[] alphabets = {
            "\n\n\n\r\r..ab\0\u00ff", "\n\r.." + "abcdefghijklm\0\u00ff\u000b\u008a\t".repeat(2)
        };
        for (int round = 0; round < 20_000; round++) {
            LineConvention lines =
                    random.nextBoolean() ? LineConvention.LF : LineConvention.LF_OR_CRLF;
            String alphabet = alphabets[round % 2];
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(round % 100 < 2 ? 6_000 : 100); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String stored = text.toString();
            String message = "seed " + seed + " round " + round;

            int forNul = random.nextBoolean() ? '?' : MessageEncoder.KEEP_NUL;
            MessageEncoder encoder = new MessageEncoder(lines, MessageEncoder.ALL_LINES, forNul);
            String sent = encode(encoder, stored, random, 4 + random.nextInt(50));
            String kept = naive(lines, stored);
            assertEquals(forNul == '?' ? kept.replace('\0', '?') : kept, sent, message);

            MessageEncoder counter = MessageEncoder.whole(lines);
            for (int from = 0; from < stored.length(); ) {
                int to = Math.min(stored.length(), from + 1 + random.nextInt(30));
                counter.count(bytes(stored.substring(from, to)));
                from = to;
            }
            boolean missing = counter.insideLine();
            counter.finish(null);
            assertEquals(encoder.octets(), counter.octets(), message);
            assertEquals(unstuffed(sent), counter.octets(), message);
            if (lines == LineConvention.LF) {
                long feeds = stored.chars().filter(c -> c == '\n').count();
                assertEquals(
                        counter.octets(),
                        MessageEncoder.octetsOf(stored.length(), feeds, missing),
                        message);
            }
        }
    }

    @Test
    void leavesWhatDoesNotFitAndGoesOn() {
        MessageEncoder encoder = MessageEncoder.whole(LineConvention.LF);
        ByteBuffer source = bytes("\n\n\n");
        ByteBuffer target = ByteBuffer.allocate(5);
        encoder.encode(source, target);
        assertEquals(2, source.remaining());
        assertFalse(encoder.complete());
    }

    private static String encode(LineConvention lines, String stored) {
        return encode(MessageEncoder.whole(lines), stored, new Random(7), 1 << 16);
    }

    private static String encode(
            MessageEncoder encoder, String stored, Random random, int capacity) {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        ByteBuffer target = ByteBuffer.allocate(capacity);
        for (int from = 0; from < stored.length() && !encoder.complete(); ) {
            int to = Math.min(stored.length(), from + 1 + random.nextInt(50));
            ByteBuffer source = bytes(stored.substring(from, to));
            while (source.hasRemaining() && !encoder.complete()) {
                encoder.encode(source, target);
                drain(target, sent);
            }
            from = to;
        }
        if (!encoder.complete()) {
            encoder.finish(target);
        }
        drain(target, sent);
        return sent.toString(ISO_8859_1);
    }

    private static void drain(ByteBuffer target, ByteArrayOutputStream sent) {
        target.flip();
        while (target.hasRemaining()) {
            sent.write(target.get());
        }
        target.clear();
    }

    private static String naive(LineConvention lines, String stored) {
        String text = stored;
        if (lines == LineConvention.LF_OR_CRLF) {
            text = text.replace("\r\n", "\n");
        }
        if (!text.isEmpty() && !text.endsWith("\n")) {
            text += "\n";
        }
        StringBuilder sent = new StringBuilder();
        for (int from = 0; from < text.length(); ) {
            int end = text.indexOf('\n', from);
            if (text.charAt(from) == '.') {
                sent.append('.');
            }
            sent.append(text, from, end).append("\r\n");
            from = end + 1;
        }
        return sent.toString();
    }

    private static long unstuffed(String sent) {
        long stuffed = sent.startsWith("..") ? 1 : 0;
        for (int at = sent.indexOf("\r\n.."); at >= 0; at = sent.indexOf("\r\n..", at + 1)) {
            stuffed++;
        }
        return sent.length() - stuffed;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }

    private static String unescape(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
    }
}

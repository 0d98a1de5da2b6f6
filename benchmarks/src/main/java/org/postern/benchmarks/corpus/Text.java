package org.postern.benchmarks.corpus;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Random;

/** Lines of words, and lines of base64, to cut pieces from. */
final class Text {
    private static final String[] WORDS =
            ("the server mail quota queue packet router billing invoice meeting agenda minutes"
                            + " release branch merge review patch kernel memory socket latency"
                            + " budget quarter customer ticket escalation deploy rollback"
                            + " certificate renewal backup restore cluster node storage index"
                            + " message header body attachment please thanks regards find attached"
                            + " update status report weekly project schedule deadline approve"
                            + " confirm")
                    .split(" ", -1);
    private static final int LINES = 4000;
    private static final int ENCODED = 3 << 20;
    private static final int ENCODED_LINE = 76;
    private static final int ENCODED_STARTS = 1000;

    private final Random random;
    private final byte[] pool;
    private final int[] lineStarts = new int[LINES];
    private final byte[] encoded;

    Text(Random random) {
        this.random = random;
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (int i = 0; i < LINES; i++) {
            lineStarts[i] = lines.size();
            lines.writeBytes(line().getBytes(US_ASCII));
            lines.write('\n');
        }
        pool = lines.toByteArray();
        byte[] noise = new byte[ENCODED];
        random.nextBytes(noise);
        encoded = Base64.getMimeEncoder(ENCODED_LINE, new byte[] {'\n'}).encode(noise);
    }

    String word() {
        return WORDS[random.nextInt(WORDS.length)];
    }

    private String line() {
        int width = 30 + random.nextInt(45);
        StringBuilder line = new StringBuilder();
        while (line.length() < width) {
            line.append(line.isEmpty() ? "" : " ").append(word());
        }
        String quoted = random.nextInt(100) < 8 ? "> " + line : line.toString();
        return random.nextInt(100) < 10 ? "" : quoted;
    }

    /** Some whole lines, about so many octets. */
    void lines(int octets, ByteArrayOutputStream target) {
        int left = octets;
        while (left > 0) {
            int start = lineStarts[random.nextInt(LINES)];
            int end = start + left;
            if (end >= pool.length) {
                target.write(pool, start, pool.length - start);
                left -= pool.length - start;
                continue;
            }
            while (end > start && pool[end - 1] != '\n') {
                end--;
            }
            if (end > start) {
                target.write(pool, start, end - start);
            } else {
                target.write(pool, start, left);
                target.write('\n');
            }
            return;
        }
    }

    /** One line of so many octets. */
    void longLine(int octets, ByteArrayOutputStream target) {
        for (int i = 0; i < octets; i++) {
            target.write(pool[i] == '\n' ? ' ' : pool[i]);
        }
        target.write('\n');
    }

    /** Lines of base64, about so many octets. */
    void base64(int octets, ByteArrayOutputStream target) {
        int left = octets;
        while (left > ENCODED_LINE) {
            int start = random.nextInt(ENCODED_STARTS) * (ENCODED_LINE + 1);
            int length = Math.min(left, encoded.length - start);
            length -= length % (ENCODED_LINE + 1);
            if (length == 0) {
                return;
            }
            target.write(encoded, start, length);
            left -= length;
        }
    }
}

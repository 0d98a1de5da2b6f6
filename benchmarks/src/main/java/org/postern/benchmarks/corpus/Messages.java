package org.postern.benchmarks.corpus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;

/**
 * Messages as they come: most are some KiB of text (a log-normal distribution), a few are large and
 * base64. One in seven has lines that begin with dots, one in eleven some that begin with {@code
 * From}, one in six 8-bit text, one in forty a very long line. The same seed gives the same octets.
 */
final class Messages {
    private static final long FIRST_SECOND = 1_700_000_000;
    private static final int SECONDS_APART = 137;
    private static final int SHORTEST = 400;
    private static final int LONGEST_TEXT = 90_000;
    private static final double LARGE_FROM = 100 << 10;
    private static final double LARGE_TO = 2 << 20;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss +0000", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final String[] EIGHT_BIT = {
        "Gr\u00f6\u00dfe und Menge pr\u00fcfen, bitte best\u00e4tigen.",
        "R\u00e9union d\u00e9plac\u00e9e \u00e0 mercredi, caf\u00e9 \u00e0 c\u00f4t\u00e9.",
        "\u00dcberweisung \u00fcber 1.200 Euro erfolgt, Gr\u00fc\u00dfe aus K\u00f6ln."
    };

    private final Random random;
    private final Text text;
    private final int median;
    private final double large;
    private final int fixed;

    /**
     * @param median octets of text
     * @param large which part of all messages is large
     * @param fixed octets of the attachment that every message has; 0 for those that are large
     */
    Messages(String seed, int median, double large, int fixed) {
        this.random = new Random(seed.hashCode());
        this.text = new Text(random);
        this.median = median;
        this.large = large;
        this.fixed = fixed;
    }

    /** One message, with line ends as in a file. */
    Message next(int number, String user) {
        Instant time = Instant.ofEpochSecond(FIRST_SECOND + (long) number * SECONDS_APART);
        String sender = "sender" + random.nextInt(500) + "@example" + random.nextInt(40) + ".test";
        int attachment = attachment();
        String boundary = "=_" + Long.toHexString(random.nextLong());
        ByteArrayOutputStream octets = new ByteArrayOutputStream(median + attachment * 11 / 10);
        head(octets, number, user, sender, DATE.format(time));
        if (attachment > 0) {
            put(octets, "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\n\n");
            put(octets, "--" + boundary + "\n");
        }
        put(octets, "Content-Type: text/plain; charset=utf-8\n");
        put(octets, "Content-Transfer-Encoding: 8bit\n\n");
        body(octets, attachment > 0);
        if (attachment > 0) {
            put(octets, "\n--" + boundary + "\nContent-Type: application/octet-stream\n");
            put(octets, "Content-Transfer-Encoding: base64\n\n");
            text.base64(attachment, octets);
            put(octets, "\n--" + boundary + "--\n");
        }
        return new Message(time, sender, octets.toByteArray());
    }

    private int attachment() {
        if (fixed > 0) {
            return fixed;
        }
        double among = random.nextDouble();
        double log =
                Math.log(LARGE_FROM)
                        + random.nextDouble() * (Math.log(LARGE_TO) - Math.log(LARGE_FROM));
        return among < large ? (int) StrictMath.exp(log) : 0;
    }

    private void head(
            ByteArrayOutputStream octets, int number, String user, String sender, String date) {
        String to = user + "@bench.test";
        put(octets, "Return-Path: <" + sender + ">\nDelivered-To: " + to + "\n");
        put(
                octets,
                "Received: from mx%d.example.test (mx%d.example.test [192.0.2.%d])\n\tby mail.bench.test (Postfix) with ESMTPS id %X\n\tfor <%s>; %s\n"
                        .formatted(
                                random.nextInt(9),
                                random.nextInt(9),
                                1 + random.nextInt(254),
                                random.nextLong() >>> 24,
                                to,
                                date));
        put(octets, "Date: " + date + "\nFrom: Sender Name <" + sender + ">\nTo: " + to + "\n");
        put(octets, "Subject: " + text.word() + " " + text.word() + " " + number + "\n");
        put(
                octets,
                "Message-ID: <%016x.%d@example.test>\nMIME-Version: 1.0\n"
                        .formatted(random.nextLong(), number));
    }

    private void body(ByteArrayOutputStream octets, boolean attached) {
        double spread = StrictMath.exp(random.nextGaussian() / 2);
        int size = (int) Math.min(Math.max(median * spread, SHORTEST), LONGEST_TEXT);
        boolean dots = random.nextInt(7) == 0;
        if (dots) {
            put(octets, ".\n..\n...leading dots\n.hidden file line\n");
        }
        text.lines(attached ? Math.min(size, 3000) : Math.max(size - 600, 100), octets);
        if (dots) {
            put(octets, ".\n");
        }
        if (random.nextInt(11) == 0) {
            put(octets, "From the desk of somebody else\nFrom nobody Mon Jan  1 00:00:00 2024\n");
            put(octets, ">From already quoted\n");
        }
        if (random.nextInt(6) == 0) {
            String line = EIGHT_BIT[random.nextInt(EIGHT_BIT.length)] + "\n";
            octets.writeBytes(line.getBytes(random.nextInt(10) < 7 ? UTF_8 : ISO_8859_1));
        }
        if (random.nextInt(40) == 0) {
            text.longLine(2000 + random.nextInt(18_000), octets);
        }
    }

    private static void put(ByteArrayOutputStream octets, String ascii) {
        octets.writeBytes(ascii.getBytes(ISO_8859_1));
    }
}

package org.postern.pop3.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Random;

/** What clients, broken clients and attackers say, mixed. */
final class RandomLines {
    private static final String[] WORDS = {
        "USER",
        "PASS",
        "QUIT",
        "CAPA",
        "AUTH",
        "STAT",
        "LIST",
        "UIDL",
        "RETR",
        "TOP",
        "DELE",
        "NOOP",
        "RSET",
        "LAST",
        "user standard",
        "PASS open sesame",
        "TOP 1",
        "RETR 5",
        "list 3",
        "APOP",
        "STLS",
        "UTF8",
        "LANG",
        "LANG de",
        "AUTH PLAIN",
        "auth login",
        "AUTH PLAIN AHN0YW5kYXJkAG9wZW4gc2VzYW1l",
        "AUTH LOGIN =",
        "AUTH PLAIN AHN0YW5kYXJkAHdyb25n",
        "c3RhbmRhcmQ=",
        "QUJD",
        "*",
        "=",
        "GET /",
        "",
        " ",
        "  ",
        "1",
        "2",
        "07",
        "+3",
        "-1",
        "99999999999",
        "x"
    };
    private static final String[] ENDS = {"\r\n", "\r\n", "\r\n", "\n", "\r\r\n", " \r\n", "\0\n"};

    private RandomLines() {}

    /** Begins with a login half of the time; the last line may be unfinished. */
    static byte[] make(Random random, int lines) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        if (random.nextBoolean()) {
            put(all, "USER standard\r\nPASS open sesame\r\n");
        }
        for (int i = 0; i < lines; i++) {
            // Rarely the end, or there would seldom be anything behind it.
            String word = WORDS[random.nextInt(WORDS.length)];
            put(all, word.equals("QUIT") && random.nextInt(10) > 0 ? "NOOP" : word);
            for (int arguments = random.nextInt(3); arguments > 0; arguments--) {
                put(all, " " + WORDS[random.nextInt(WORDS.length)]);
            }
            if (random.nextInt(20) == 0) {
                put(all, "QUJD".repeat(random.nextInt(2_200)));
            } else if (random.nextInt(20) == 0) {
                byte[] noise = new byte[random.nextInt(600)];
                random.nextBytes(noise);
                all.writeBytes(noise);
            }
            put(all, ENDS[random.nextInt(ENDS.length)]);
        }
        put(all, random.nextBoolean() ? "" : "QUI");
        return all.toByteArray();
    }

    private static void put(ByteArrayOutputStream all, String text) {
        all.writeBytes(text.getBytes(ISO_8859_1));
    }
}

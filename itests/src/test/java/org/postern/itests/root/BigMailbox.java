package org.postern.itests.root;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An mbox so large that reading and rewriting it takes a while: equal messages but for a number.
 */
final class BigMailbox {
    static final int MESSAGES = 12;

    // So many that the server can be stopped before all of them have been moved.
    private static final int LAST = 3;
    private static final int LINES = 80_000;
    private static final String LINE = "z".repeat(99) + "\n";

    private BigMailbox() {}

    /** Fills a user's mailbox with it: 8 MB for each message. */
    static Path fill(SystemUsers users, String user) throws IOException {
        Path mailbox = users.mail(user, "");
        byte[] lines = LINE.repeat(1000).getBytes(ISO_8859_1);
        try (OutputStream out = Files.newOutputStream(mailbox)) {
            for (int number = 1; number <= MESSAGES; number++) {
                out.write(head(number).getBytes(ISO_8859_1));
                for (int i = 0; i < LINES; i += 1000) {
                    out.write(lines);
                }
                out.write('\n');
            }
        }
        return mailbox;
    }

    private static String head(int number) {
        return String.format("From a Thu Jan  1 00:00:00 2026\nSubject: %04d\n\n", number);
    }

    /** What {@code RETR} sends of a message's first line, its line end included. */
    static final int FIRST_LINE = "Subject: 0001\r\n".length();

    /** What {@code RETR} sends of each message. */
    static long sentSize() {
        return FIRST_LINE + 2 + (long) LINES * (LINE.length() + 1);
    }

    /** What one message takes in the file. */
    static long entrySize() {
        return head(1).length() + (long) LINES * LINE.length() + 1;
    }

    /** Whether the last messages come to where they stay after the first has been deleted. */
    static boolean areLastMoving(Path mailbox) throws IOException {
        int number = MESSAGES - LAST + 1;
        byte[] there = new byte[head(number).length()];
        try (RandomAccessFile file = new RandomAccessFile(mailbox.toFile(), "r")) {
            file.seek((number - 2) * entrySize());
            file.readFully(there);
        }
        return new String(there, ISO_8859_1).equals(head(number));
    }

    /** Whether the file is what is left after the first message has been deleted. */
    static boolean isWithoutFirst(Path mailbox) throws IOException {
        if (Files.size(mailbox) != (MESSAGES - 1) * entrySize()) {
            return false;
        }
        try (var content = Files.newBufferedReader(mailbox, ISO_8859_1)) {
            for (int number = 2; number <= MESSAGES; number++) {
                for (String line : head(number).split("\n", 3)) {
                    if (!content.readLine().equals(line.strip())) {
                        return false;
                    }
                }
                for (int i = 0; i < LINES; i++) {
                    if (!content.readLine().equals(LINE.strip())) {
                        return false;
                    }
                }
                if (!content.readLine().isEmpty()) {
                    return false;
                }
            }
            return content.readLine() == null;
        }
    }
}

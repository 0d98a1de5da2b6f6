package org.postern.listener.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How many connections this process has descriptors for. */
final class Descriptors {
    /**
     * For what is no session's own: some 150 for jars, logs and whatever else the container has,
     * 512 for messages that are opened ahead (ADR 20), 150 for clients who are told that they are
     * not admitted ({@link Courtesy}), 40 for each of 16 workers, and room for other bundles. But
     * never more than half of all, so that a process with few descriptors serves somebody.
     */
    private static final int RESERVED = 2048;

    /**
     * A session's socket; its mailbox, an mbox and its directory, or the four of a Maildir; and the
     * message of a Maildir that is being sent.
     */
    private static final int PER_CONNECTION = 6;

    /** Whatever the system says, somebody gets in. */
    private static final int LEAST = 16;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String ROW = "Max open files";

    private Descriptors() {}

    /**
     * @param most as many as are wanted if there are descriptors for them, or where that is unknown
     */
    static int connections(int most) {
        try {
            return connections(most, Files.readAllLines(LIMITS));
        } catch (IOException unknown) {
            return most;
        }
    }

    static int connections(int most, List<String> limits) {
        for (String row : limits) {
            if (row.startsWith(ROW)) {
                String soft = row.substring(ROW.length()).trim();
                int space = soft.indexOf(' ');
                return forLimit(most, space < 0 ? soft : soft.substring(0, space));
            }
        }
        return most;
    }

    private static int forLimit(int most, String limit) {
        try {
            long descriptors = Long.parseLong(limit);
            long reserved = Math.min(RESERVED, descriptors / 2);
            long connections = (descriptors - reserved) / PER_CONNECTION;
            return (int) Math.min(most, Math.max(LEAST, connections));
        } catch (NumberFormatException unlimited) {
            return most;
        }
    }
}

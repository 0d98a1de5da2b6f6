package org.postern.listener.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How many connections this process has descriptors for. */
final class Descriptors {
    /** For what is neither a socket nor a mailbox: jars, logs, the container's own. */
    private static final int RESERVED = 512;

    /** A session's socket, and its mailbox: an mbox and its directory, or the four of a Maildir. */
    private static final int PER_CONNECTION = 5;

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
            long connections = (Long.parseLong(limit) - RESERVED) / PER_CONNECTION;
            return (int) Math.min(most, Math.max(LEAST, connections));
        } catch (NumberFormatException unlimited) {
            return most;
        }
    }
}

package org.postern.itests.root;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.postern.itests.PosternServer;

/** What /proc says of processes. Whatever ends while it is looked at is left out. */
final class Processes {
    private static final Path PROC = Path.of("/proc");

    private Processes() {}

    /** Who runs this program, by its file. */
    static List<Long> running(Path program) throws IOException {
        List<Long> pids = new ArrayList<>();
        for (long pid : all()) {
            try {
                if (Files.readSymbolicLink(PROC.resolve(pid + "/exe")).equals(program)) {
                    pids.add(pid);
                }
            } catch (IOException gone) {
                // Ended, or never had one.
            }
        }
        return pids;
    }

    /** Whose command line has this in it. */
    static List<Long> withCommand(String text) throws IOException {
        List<Long> pids = new ArrayList<>();
        for (long pid : all()) {
            try {
                String line =
                        Files.readString(
                                PROC.resolve(pid + "/cmdline"), StandardCharsets.ISO_8859_1);
                if (line.replace('\0', ' ').contains(text)) {
                    pids.add(pid);
                }
            } catch (IOException gone) {
                // Ended.
            }
        }
        return pids;
    }

    private static List<Long> all() throws IOException {
        try (Stream<Path> entries = Files.list(PROC)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.chars().allMatch(c -> c >= '0' && c <= '9'))
                    .map(Long::valueOf)
                    .toList();
        }
    }

    /** The words of a line of its status; empty if it has ended. */
    static List<String> status(long pid, String key) throws IOException {
        try {
            for (String line : Files.readAllLines(PROC.resolve(pid + "/status"))) {
                if (line.startsWith(key + ":")) {
                    return Arrays.asList(line.substring(key.length() + 1).trim().split("\\s+", -1));
                }
            }
        } catch (IOException gone) {
            // Ended.
        }
        return List.of();
    }

    /** Its real uid, or -1 if it has ended. */
    static long uid(long pid) throws IOException {
        List<String> words = status(pid, "Uid");
        return words.isEmpty() ? -1 : Long.parseLong(words.get(0));
    }

    /** Its parent, or -1 if it has ended. */
    static long parent(long pid) throws IOException {
        List<String> words = status(pid, "PPid");
        return words.isEmpty() ? -1 : Long.parseLong(words.get(0));
    }

    /** What its descriptors are open on. */
    static List<String> descriptors(long pid) throws IOException {
        List<String> targets = new ArrayList<>();
        try (Stream<Path> entries = Files.list(PROC.resolve(pid + "/fd"))) {
            for (Path entry : entries.toList()) {
                try {
                    targets.add(Files.readSymbolicLink(entry).toString());
                } catch (IOException closed) {
                    // Closed meanwhile.
                }
            }
        }
        return targets;
    }

    /** Whether a process has this file open for writing. */
    static boolean writes(long pid, Path file) throws IOException {
        Path descriptors = PROC.resolve(pid + "/fd");
        try (Stream<Path> entries = Files.list(descriptors)) {
            for (Path entry : entries.toList()) {
                try {
                    // The link's own permissions are those of the descriptor.
                    if (Files.readSymbolicLink(entry).equals(file)
                            && Files.getAttribute(entry, "unix:mode", LinkOption.NOFOLLOW_LINKS)
                                    instanceof Integer mode
                            && (mode & 0200) != 0) {
                        return true;
                    }
                } catch (IOException closed) {
                    // Closed meanwhile.
                }
            }
        }
        return false;
    }

    /** How much it has read from files since it was started. */
    static long octetsRead(long pid) throws IOException {
        String first = Files.readAllLines(PROC.resolve(pid + "/io")).get(0);
        return Long.parseLong(first.substring("rchar: ".length()));
    }

    /** Whether somebody holds both kinds of lock on a file for itself alone. */
    static boolean isLocked(Path file) throws IOException {
        String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
        List<String> held =
                Files.readAllLines(PROC.resolve("locks")).stream()
                        .filter(line -> line.contains(inode) && line.contains(" WRITE "))
                        .filter(line -> !line.contains("->"))
                        .toList();
        return held.stream().anyMatch(line -> line.contains(" OFDLCK "))
                && held.stream().anyMatch(line -> line.contains(" FLOCK "));
    }

    /** Whether it has such a lock as belongs to a process, on any file. */
    static boolean hasLock(long pid) throws IOException {
        return locks(pid).anyMatch(line -> !line.contains("->"));
    }

    /** Whether it waits for such a lock, which somebody else has. */
    static boolean waitsForLock(long pid) throws IOException {
        return locks(pid).anyMatch(line -> line.contains("->"));
    }

    private static Stream<String> locks(long pid) throws IOException {
        return Files.readAllLines(PROC.resolve("locks")).stream()
                .filter(line -> line.contains(" POSIX ") && line.contains(" WRITE " + pid + " "));
    }

    /** Its share of the memory that is in use, in KiB. */
    static long proportionalKib(long pid) throws IOException {
        for (String line : Files.readAllLines(PROC.resolve(pid + "/smaps_rollup"))) {
            if (line.startsWith("Pss:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("no Pss of " + pid);
    }

    /** Sends a signal; it may have ended already. */
    static void signal(String name, long pid) {
        try {
            PosternServer.run(List.of("kill", "-" + name, Long.toString(pid)));
        } catch (IOException gone) {
            // Ended.
        }
    }
}

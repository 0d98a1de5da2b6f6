package org.postern.startup.check.internal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postern.api.check.Finding;

/** What was found, each path once for each kind of problem. */
final class Findings {
    /** Longer lists help nobody; the first ones are mended first. */
    static final int MOST = 100;

    private static final String PLAIN =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-~+=:,@%";

    private final Map<Key, Finding> found = new LinkedHashMap<>();

    /** A path has one finding of each kind: the first one. */
    enum Kind {
        OWNER,
        WRITABLE,
        READABLE,
        OTHER
    }

    private record Key(String path, Kind kind) {}

    /**
     * @param command a shell command that ends where the path belongs
     */
    void add(Kind kind, Path path, String problem, String command) {
        addWhole(kind, path, problem, command + " " + word(path));
    }

    /**
     * @param remedy a whole command
     */
    void addWhole(Kind kind, Path path, String problem, String remedy) {
        if (found.size() < MOST) {
            String shown = shown(path);
            found.putIfAbsent(new Key(shown, kind), new Finding(shown, problem, remedy));
        }
    }

    List<Finding> all() {
        return new ArrayList<>(found.values());
    }

    /** A path as a log may have it: others may have chosen its name. */
    static String shown(Path path) {
        StringBuilder text = new StringBuilder();
        for (byte octet : path.toString().getBytes(StandardCharsets.UTF_8)) {
            if (octet >= ' ' && octet < 0x7F) {
                text.append((char) octet);
            } else {
                text.append(String.format("\\%03o", octet & 0xFF));
            }
        }
        return text.toString();
    }

    /** A path as one word of a shell command. */
    static String word(Path path) {
        String text = path.toString();
        if (text.chars().allMatch(c -> PLAIN.indexOf(c) >= 0)) {
            return text;
        }
        boolean ascii = text.chars().allMatch(c -> c >= ' ' && c < 0x7F);
        String quoted = text.replace("'", "'\\''");
        // Nobody should paste what does not look like what it is.
        return ascii ? "'" + quoted + "'" : "(the path is not plain text: look at it with ls -b)";
    }
}

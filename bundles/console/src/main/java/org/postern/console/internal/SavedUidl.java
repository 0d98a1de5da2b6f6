package org.postern.console.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What another server answered to UIDL, saved to a file: lines {@code NUMBER ID} as they came over
 * the wire, with or without the status line and the final dot. Nothing of a file that is something
 * else is shown to anybody: it is read with the server's rights, not with those of who asks.
 */
final class SavedUidl {
    /** A line of 70 characters and a number for each of some 200,000 messages. */
    static final int MOST_OCTETS = 16 * 1024 * 1024;

    private static final int MOST_DIGITS = 9;

    private SavedUidl() {}

    /**
     * @return the ids by their numbers
     * @throws IllegalArgumentException for the operator
     */
    static Map<Integer, String> read(String path) {
        byte[] octets;
        try (InputStream file = Files.newInputStream(Path.of(path))) {
            octets = file.readNBytes(MOST_OCTETS + 1);
        } catch (IOException | InvalidPathException unreadable) {
            throw new IllegalArgumentException(
                    Table.plain(path) + " cannot be read by the server's user", unreadable);
        }
        if (octets.length > MOST_OCTETS) {
            throw new IllegalArgumentException(
                    Table.plain(path) + " has more than " + MOST_OCTETS + " octets");
        }
        return parse(new String(octets, StandardCharsets.ISO_8859_1), Table.plain(path));
    }

    private static Map<Integer, String> parse(String text, String path) {
        Map<Integer, String> ids = new TreeMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            boolean status = number == 1 && line.startsWith("+OK");
            if (status || line.isEmpty() || line.equals(".")) {
                continue;
            }
            int space = line.indexOf(' ');
            if (space < 1 || !isNumber(line.substring(0, space)) || space + 1 == line.length()) {
                throw new IllegalArgumentException(
                        path
                                + ", line "
                                + number
                                + ": wants a message's number, a space and its unique-id, as UIDL"
                                + " answers them");
            }
            ids.put(Integer.parseInt(line.substring(0, space)), line.substring(space + 1));
        }
        return ids;
    }

    private static boolean isNumber(String text) {
        return text.length() <= MOST_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}

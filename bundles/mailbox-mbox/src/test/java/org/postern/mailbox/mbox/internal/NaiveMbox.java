package org.postern.mailbox.mbox.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * popa3d's rules, written from their description the slow and obvious way: over whole lines of a
 * file in memory. What the scanner is held against.
 */
final class NaiveMbox {

    record Message(
            int separator,
            int start,
            String content,
            long octets,
            boolean lineEndMissing,
            String id) {

        int end() {
            return start + content.length();
        }
    }

    private final String text;
    private final List<String> lines = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();

    private NaiveMbox(byte[] file) {
        text = new String(file, StandardCharsets.ISO_8859_1);
        for (int from = 0; from < text.length(); ) {
            int lineFeed = text.indexOf('\n', from);
            int to = lineFeed < 0 ? text.length() : lineFeed + 1;
            lines.add(text.substring(from, to));
            starts.add(from);
            from = to;
        }
    }

    /** Its messages, or empty if it is to be refused. An empty file has none. */
    static Optional<List<Message>> parse(byte[] file) {
        return new NaiveMbox(file).messages();
    }

    /** The contents of all messages of a file that is an mbox. */
    static List<byte[]> contents(byte[] file) {
        return parse(file).orElseThrow().stream().map(m -> Scans.octets(m.content())).toList();
    }

    private Optional<List<Message>> messages() {
        List<Message> messages = new ArrayList<>();
        for (int line = 0; line < lines.size(); ) {
            if (!isSeparator(line)) {
                return Optional.empty();
            }
            int next = line + 1;
            while (next < lines.size() && !isSeparator(next)) {
                next++;
            }
            if (next == line + 1) {
                return Optional.empty();
            }
            messages.add(message(line, next));
            line = next;
        }
        return Optional.of(messages);
    }

    private boolean isSeparator(int line) {
        return lines.get(line).startsWith("From ")
                && (line == 0 || lines.get(line - 1).equals("\n"));
    }

    private Message message(int separator, int next) {
        List<String> all = lines.subList(separator + 1, next);
        int headerEnd = all.indexOf("\n");
        boolean hasBody = headerEnd >= 0 && headerEnd + 1 < all.size();
        if (hasBody && all.get(all.size() - 1).equals("\n")) {
            all = all.subList(0, all.size() - 1);
        }
        int start = starts.get(separator + 1);
        int length = all.stream().mapToInt(String::length).sum();
        long lineFeeds = all.stream().filter(line -> line.endsWith("\n")).count();
        boolean missing = lineFeeds < all.size();
        return new Message(
                starts.get(separator),
                start,
                text.substring(start, start + length),
                length + lineFeeds + (missing ? 2 : 0),
                missing,
                id(all.subList(0, headerEnd < 0 ? all.size() : headerEnd)));
    }

    private static String id(List<String> header) {
        StringBuilder hashed = new StringBuilder();
        boolean counts = false;
        boolean received = false;
        for (String line : header) {
            String name = line.toLowerCase(Locale.ROOT);
            if (!line.startsWith(" ") && !line.startsWith("\t")) {
                boolean first = name.startsWith("received:") && !received;
                counts =
                        first
                                || name.startsWith("delivered-to:")
                                || (line.startsWith("X") && name.startsWith("x-delivery-id:"))
                                || (!received && name.startsWith("date:"))
                                || (!received && name.startsWith("message-id:"));
                received |= first;
            }
            if (counts) {
                hashed.append(line);
            }
        }
        return words(md5(hashed.toString()));
    }

    private static byte[] md5(String latin1) {
        try {
            return MessageDigest.getInstance("MD5")
                    .digest(latin1.getBytes(StandardCharsets.ISO_8859_1));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String words(byte[] digest) {
        StringBuilder text = new StringBuilder();
        for (int i : new int[] {3, 2, 1, 0, 7, 6, 5, 4}) {
            text.append(String.format("%02x", digest[i]));
        }
        return text.toString();
    }
}

package org.postern.testkit.protocol;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A scripted conversation. Each line of its file is one of
 *
 * <pre>
 * # a comment, or an empty line
 * C: text        the client sends this line and CR LF
 * C-raw: text    the client sends this, and nothing behind it
 * S: pattern     the server sends this line
 * S-until: pattern   the server sends lines, of which this one is the last
 * S-end          the server closes the connection, having sent nothing more
 * C-tls          the client begins TLS, which succeeds
 * Needs: words   what a server must have beside what all have, if this is to be played with it
 * </pre>
 *
 * where {@code \r}, {@code \n}, {@code \0}, {@code \\}, {@code \*} and {@code \xHH} are octets, all
 * other characters are octets by ISO 8859-1, and a {@code *} in a pattern stands for any octets.
 * One space behind the colon does not count; all others do.
 */
public final class Transcript {
    /** How octets and characters correspond, here and in the files. */
    public static final Charset OCTETS = StandardCharsets.ISO_8859_1;

    private static final String NEEDS = "Needs:";

    private final String name;
    private final Set<String> needs;
    private final List<Line> lines;

    private enum Kind {
        SEND,
        EXPECT,
        EXPECT_UNTIL,
        EXPECT_END,
        ENCRYPT
    }

    private record Line(int number, Kind kind, ScriptText text) {}

    private Transcript(String name, Set<String> needs, List<Line> lines) {
        this.name = name;
        this.needs = Set.copyOf(needs);
        this.lines = List.copyOf(lines);
    }

    /**
     * Reads a class's resource.
     *
     * @throws IOException if there is none
     * @throws IllegalArgumentException if it is no transcript; the message names the line
     */
    public static Transcript load(Class<?> beside, String resource) throws IOException {
        try (InputStream in = beside.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException(resource);
            }
            return parse(resource, new String(in.readAllBytes(), OCTETS));
        }
    }

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException if it is no transcript; the message names the line
     */
    public static Transcript parse(String name, String text) {
        Set<String> needs = new LinkedHashSet<>();
        List<Line> lines = new ArrayList<>();
        int number = 0;
        for (int from = 0; from < text.length(); ) {
            int end = text.indexOf('\n', from);
            int to = end < 0 ? text.length() : end;
            number++;
            String line = text.substring(from, to);
            try {
                if (line.startsWith(NEEDS)) {
                    needs.addAll(List.of(line.substring(NEEDS.length()).strip().split(" ")));
                } else {
                    line(number, line).ifPresent(lines::add);
                }
            } catch (IllegalArgumentException bad) {
                throw new IllegalArgumentException(
                        name + ":" + number + ": " + bad.getMessage(), bad);
            }
            from = to + 1;
        }
        return new Transcript(name, needs, lines);
    }

    private static Optional<Line> line(int number, String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return Optional.empty();
        }
        if (line.equals("S-end") || line.equals("C-tls")) {
            Kind kind = line.equals("S-end") ? Kind.EXPECT_END : Kind.ENCRYPT;
            return Optional.of(new Line(number, kind, ScriptText.parse("")));
        }
        int colon = line.indexOf(':');
        String tag = colon < 0 ? line : line.substring(0, colon);
        String rest = colon < 0 ? "" : line.substring(colon + 1);
        String text = rest.startsWith(" ") ? rest.substring(1) : rest;
        Line parsed =
                switch (tag) {
                    case "C" -> new Line(number, Kind.SEND, ScriptText.parse(text).ended());
                    case "C-raw" -> new Line(number, Kind.SEND, ScriptText.parse(text));
                    case "S" -> new Line(number, Kind.EXPECT, ScriptText.parse(text));
                    case "S-until" -> new Line(number, Kind.EXPECT_UNTIL, ScriptText.parse(text));
                    default -> throw new IllegalArgumentException("no tag of a transcript: " + tag);
                };
        return Optional.of(parsed);
    }

    /** Its file's name. */
    public String name() {
        return name;
    }

    /** What a server must have beside what all have. */
    public Set<String> needs() {
        return needs;
    }

    /**
     * Plays it line by line; closes the dialogue.
     *
     * @throws AssertionError if the server says something else; the message names the line
     */
    public void play(Dialogue dialogue) throws IOException {
        try (dialogue) {
            for (Line line : lines) {
                switch (line.kind()) {
                    case SEND -> dialogue.send(line.text().octets());
                    case ENCRYPT -> dialogue.encrypt();
                    default -> expect(line, dialogue);
                }
            }
        }
    }

    /**
     * Plays it with everything that the client has to say, up to where it begins TLS, sent at once
     * after the first line of the server, and what it has to say from there on after the handshake;
     * closes the dialogue.
     */
    public void playPipelined(Dialogue dialogue) throws IOException {
        boolean sent = false;
        try (dialogue) {
            for (int at = 0; at < lines.size(); at++) {
                Line line = lines.get(at);
                if (line.kind() == Kind.ENCRYPT) {
                    dialogue.encrypt();
                    sent = false;
                } else if (line.kind() != Kind.SEND) {
                    expect(line, dialogue);
                } else if (!sent) {
                    sent = true;
                    dialogue.send(saidFrom(at));
                }
            }
        }
    }

    // All that the client says from a line on, up to where it begins TLS.
    private byte[] saidFrom(int from) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        for (Line line : lines.subList(from, lines.size())) {
            if (line.kind() == Kind.ENCRYPT) {
                break;
            }
            if (line.kind() == Kind.SEND) {
                said.writeBytes(line.text().octets());
            }
        }
        return said.toByteArray();
    }

    @Override
    public String toString() {
        return name;
    }

    private void expect(Line expected, Dialogue dialogue) throws IOException {
        switch (expected.kind()) {
            case EXPECT -> {
                byte[] line = next(expected, dialogue);
                if (!expected.text().matches(line)) {
                    throw failure(expected, "got: " + ScriptText.show(line));
                }
            }
            case EXPECT_UNTIL -> {
                byte[] line;
                do {
                    line = next(expected, dialogue);
                } while (!expected.text().matches(line));
            }
            case EXPECT_END -> {
                Optional<byte[]> line = dialogue.line();
                if (line.isPresent()) {
                    throw failure(expected, "got: " + ScriptText.show(line.get()));
                }
            }
            case SEND, ENCRYPT -> throw new IllegalStateException("nothing is expected there");
        }
    }

    private byte[] next(Line expected, Dialogue dialogue) {
        try {
            return dialogue.line()
                    .orElseThrow(() -> failure(expected, "the connection was closed"));
        } catch (IOException failed) {
            AssertionError failure = failure(expected, failed.getMessage());
            failure.initCause(failed);
            throw failure;
        }
    }

    private AssertionError failure(Line expected, String what) {
        return new AssertionError(
                name + ":" + expected.number() + ": expected " + expected.text() + ", " + what);
    }
}

package org.postern.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Messages to serve: awkward ones of our own, and those of a directory that the system property
 * {@code postern.corpus} names. Each in octets as ISO 8859-1, line ends LF, as an MTA stores them.
 */
public final class SampleMail {
    private SampleMail() {}

    public static List<String> messages() throws IOException {
        List<String> messages = new ArrayList<>(awkward());
        String corpus = System.getProperty("postern.corpus", "");
        if (!corpus.isEmpty()) {
            try (Stream<Path> files = Files.list(Path.of(corpus))) {
                for (Path file :
                        files.filter(p -> p.toString().endsWith(".msg")).sorted().toList()) {
                    messages.add(Files.readString(file, ISO_8859_1).replace("\r\n", "\n"));
                }
            }
        }
        System.out.println(
                messages.size()
                        + " sample messages"
                        + (corpus.isEmpty() ? " (no postern.corpus given)" : ""));
        return messages;
    }

    private static List<String> awkward() {
        return List.of(
                "Subject: plain\n\nbody\n",
                "Subject: dots\n\n.\n..\n...\n. \n.\n",
                "Subject: header only\n",
                "Subject: header and empty line\n\n",
                "\nno header at all\n",
                "no header and no empty line\n",
                "Subject: no last line end\n\nbody",
                "Subject: empty lines at the end\n\nbody\n\n\n\n",
                "Subject: carriage returns\n\na\rb\r\rc\n",
                "Subject: eight bits \u00ff\u0080\n\n\u00e4\u00f6\u00fc\n",
                "Subject: NULs\n\n\0\0\0a\0\n",
                "Subject: separators\n\nFrom the start\n\nFrom after an empty line\n>From quoted\n",
                "Subject: long line\n\n" + "x".repeat(200_000) + "\n",
                "Subject: many lines\n\n" + ".\n".repeat(50_000));
    }

    /** The octets that RETR must give for stored LF lines. */
    public static byte[] sent(String stored) {
        String ended = stored.isEmpty() || stored.endsWith("\n") ? stored : stored + "\n";
        return ended.replace("\n", "\r\n").getBytes(ISO_8859_1);
    }

    /**
     * A message as an MTA puts it into an mbox: a From line, a last line end, ">" before what would
     * be a separator, and an empty line.
     */
    public static String mboxEntry(String message) {
        return mboxEntry(message, 0);
    }

    /** The same, arrived some seconds later: what tells copies without any name apart. */
    static String mboxEntry(String message, int seconds) {
        String time = String.format("%02d:%02d", seconds / 60 % 60, seconds % 60);
        return "From sender@example.org Thu Jan  1 00:"
                + time
                + " 2026\n"
                + mboxContent(message)
                + "\n";
    }

    /** What is between the separators: {@link #mboxEntry} without the From and the empty line. */
    static String mboxContent(String message) {
        String ended = message.isEmpty() || message.endsWith("\n") ? message : message + "\n";
        String quoted = ended.replace("\n\nFrom ", "\n\n>From ");
        return quoted.startsWith("From ") ? ">" + quoted : quoted;
    }

    /** What RETR gives for it: popa3d keeps the empty line where there is no body. */
    public static byte[] sentFromMbox(String message) {
        String content = mboxContent(message);
        boolean body = content.startsWith("\n") || content.contains("\n\n");
        boolean bodyless = !body || (content.endsWith("\n\n") && isHeaderOnly(content));
        return sent(bodyless && !content.endsWith("\n\n") ? content + "\n" : content);
    }

    private static boolean isHeaderOnly(String content) {
        return content.indexOf("\n\n") == content.length() - 2;
    }
}

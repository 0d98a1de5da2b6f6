package org.postern.testkit.pop3;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The mailbox that {@link Pop3Transcripts} talk about: six messages, the same in an mbox and in a
 * Maildir, in this order, and a user of its own. A transcript may delete some of them, so each
 * finds it as it is here.
 *
 * <ol>
 *   <li>lines that begin with dots
 *   <li>a header and its empty line, no body
 *   <li>a body of five lines, one of them empty
 *   <li>8-bit octets and a NUL
 *   <li>a line of 70,000 octets
 *   <li>no line end at the end of the last line
 * </ol>
 */
public final class StandardMaildrop {
    /** Whose it is. */
    public static final String USER = "standard";

    /** The user's password: with a space, which is a part of it. */
    public static final String PASSWORD = "open sesame";

    private static final Charset OCTETS = StandardCharsets.ISO_8859_1;

    private static final List<String> STORED =
            List.of(
                    header(1, "dots") + "\n.\n..\n.leading\nin.side.\n",
                    header(2, "no body") + "\n",
                    header(3, "five lines") + "\none\ntwo\n\nfour\nfive\n",
                    header(4, "eight bits") + "\ncaf\u00e9 caf\u00c3\u00a9 \0 \u00ff\n",
                    header(5, "long line") + "\n" + "x".repeat(70_000) + "\n",
                    header(6, "no line end") + "\nfirst line\nlast line");

    private StandardMaildrop() {}

    /** The messages as they are stored, LF at the ends of lines. */
    public static List<byte[]> stored() {
        return STORED.stream().map(message -> message.getBytes(OCTETS)).toList();
    }

    /** The messages as RETR gives them, before dot-stuffing. */
    public static List<byte[]> sent() {
        return STORED.stream()
                .map(message -> message.endsWith("\n") ? message : message + "\n")
                .map(message -> message.replace("\n", "\r\n").getBytes(OCTETS))
                .toList();
    }

    /** The mbox file: an empty line ends each message but the last, which lacks a line end. */
    public static byte[] mbox() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        int number = 0;
        for (String message : STORED) {
            number++;
            String separator = "From ann@example.org Thu Jan  1 00:00:0" + number + " 2026\n";
            boolean hasBody = message.indexOf("\n\n") < message.length() - 2;
            String end = hasBody && number < STORED.size() ? "\n" : "";
            file.writeBytes((separator + message + end).getBytes(OCTETS));
        }
        return file.toByteArray();
    }

    /**
     * A name for a message's file in a Maildir's {@code new}, so that names sort as messages do.
     *
     * @param number from 1
     */
    public static String maildirName(int number) {
        return (1_767_225_600L + number) + ".M" + number + "P1.example.org";
    }

    private static String header(int number, String subject) {
        return "Received: from a.example by b.example; Thu, 1 Jan 2026 00:00:0"
                + number
                + " +0000\nFrom: Ann <ann@example.org>\nTo: standard@example.org\nSubject: "
                + subject
                + "\nMessage-ID: <"
                + number
                + "@example.org>\n";
    }
}

package org.postern.benchmarks.corpus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Mailboxes to copy from: made once, and never served themselves. In a directory of its name each
 * has {@code mbox/uN} or {@code maildir/uN}, or both.
 *
 * @param name of its directory, and the seed
 * @param users how many, from u1 on
 * @param messages that each has
 * @param median octets of text in a message
 * @param large which part of the messages is large
 * @param fixed octets of every message's attachment; 0 for those that are large
 */
public record Corpus(
        String name,
        int users,
        int messages,
        int median,
        double large,
        int fixed,
        boolean mbox,
        boolean maildir) {
    private static final int USUAL = 8192;

    /** Fifty mailboxes of some twenty messages: what most people have. */
    public static final Corpus SMALL = new Corpus("small", 50, 20, USUAL, .02, 0, true, true);

    /** 1.07 GiB. */
    public static final Corpus BIG_MBOX =
            new Corpus("big-mbox", 1, 100_000, USUAL, .003, 0, true, false);

    /** 0.53 GiB. */
    public static final Corpus BIG_MAILDIR =
            new Corpus("big-maildir", 1, 50_000, USUAL, .003, 0, false, true);

    /** Messages of 52 MB. */
    public static final Corpus HUGE = new Corpus("huge", 1, 5, USUAL, 1, 50 << 20, true, false);

    private static final DateTimeFormatter FROM_LINE =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final int BUFFER = 1 << 20;

    /** An mbox of so many messages of a KiB. */
    public static Corpus mboxOf(int messages) {
        return new Corpus("mbox-" + messages, 1, messages, USUAL / 10, 0, 0, true, false);
    }

    public Path mbox(Path root, int user) {
        return root.resolve(name).resolve("mbox/u" + user);
    }

    public Path maildir(Path root, int user) {
        return root.resolve(name).resolve("maildir/u" + user);
    }

    /** Writes it, unless it is there. */
    public void make(Path root) throws IOException {
        Path done = root.resolve(name).resolve("done");
        if (Files.exists(done)) {
            return;
        }
        Messages all = new Messages(name, median, large, fixed);
        for (int user = 1; user <= users; user++) {
            make(root, user, all);
        }
        Files.createFile(done);
    }

    private void make(Path root, int user, Messages all) throws IOException {
        for (String directory : new String[] {"cur", "new", "tmp"}) {
            Files.createDirectories(maildir(root, user).resolve(directory));
        }
        Files.createDirectories(mbox(root, user).getParent());
        try (OutputStream file = new BufferedOutputStream(mboxFile(root, user), BUFFER)) {
            for (int i = 1; i <= messages; i++) {
                Message message = all.next(i, "u" + user);
                if (mbox) {
                    append(message, file);
                }
                if (maildir) {
                    deliver(message, i, maildir(root, user).resolve("cur"));
                }
            }
        }
    }

    private OutputStream mboxFile(Path root, int user) throws IOException {
        return mbox ? Files.newOutputStream(mbox(root, user)) : OutputStream.nullOutputStream();
    }

    private static void append(Message message, OutputStream file) throws IOException {
        String fromLine =
                "From " + message.sender() + " " + FROM_LINE.format(message.time()) + "\n";
        file.write(fromLine.getBytes(ISO_8859_1));
        file.write(quoted(message.octets()));
        file.write('\n');
    }

    /** Lines of the body that would be separators get one more {@code >}. */
    private static byte[] quoted(byte[] octets) {
        String text = new String(octets, ISO_8859_1);
        if (!text.contains("\nFrom ") && !text.contains("\n>From ")) {
            return octets;
        }
        String quoted = text.replace("\n>From ", "\n>>From ").replace("\nFrom ", "\n>From ");
        return quoted.getBytes(ISO_8859_1);
    }

    private static void deliver(Message message, int number, Path directory) throws IOException {
        String file =
                "%d.M%06dP%d.bench:2,"
                        .formatted(message.time().getEpochSecond(), number, 1000 + number % 7);
        Files.write(directory.resolve(file), message.octets());
    }
}

package org.postern.itests.helper;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;
import org.postern.mailbox.maildir.internal.MaildirFormat;
import org.postern.testkit.mailbox.MailboxFixture;

/** A Maildir below a user's home; each session logs in. */
final class ServedMaildir implements MailboxFixture {
    private final Posix posix;
    private final ServedAccount account;
    private int delivered;

    ServedMaildir(Posix posix, ServedAccount account) {
        this.posix = posix;
        this.account = account;
    }

    @Override
    public MailboxFormat format() {
        return new MaildirFormat(posix, Optional.of(HelperSite.work()), Map.of());
    }

    @Override
    public MailStorage storage() {
        try {
            return account.open("maildir");
        } catch (StorageException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public LineConvention lines() {
        return LineConvention.LF_OR_CRLF;
    }

    @Override
    public void create() throws IOException {
        account.makeMaildir();
    }

    // Every other one as if it had been seen, in cur.
    @Override
    public void deliver(byte[] message) throws IOException {
        create();
        String name = 1_000_000_000 + delivered + ".M1P1.host";
        boolean seen = (delivered++ & 1) == 1;
        Files.write(
                seen
                        ? account.directory(MailDirectory.CUR).resolve(name + ":2,S")
                        : account.directory(MailDirectory.NEW).resolve(name),
                message);
    }

    @Override
    public List<byte[]> oddMessages() {
        return Stream.of(
                        "Subject: network line ends\r\n\r\n.\r\nbody\r\n",
                        "Subject: no final line end\n\nend",
                        "Subject: a CR at the end\n\nend\r",
                        "",
                        "\n",
                        "\r")
                .map(text -> text.getBytes(ISO_8859_1))
                .toList();
    }

    @Override
    public List<byte[]> messages() throws IOException {
        List<byte[]> messages = new ArrayList<>();
        for (Path file : byName()) {
            messages.add(Files.readAllBytes(file));
        }
        return messages;
    }

    private List<Path> byName() throws IOException {
        TreeMap<String, Path> all = new TreeMap<>();
        for (MailDirectory directory : List.of(MailDirectory.NEW, MailDirectory.CUR)) {
            try (Stream<Path> files = Files.list(account.directory(directory))) {
                files.forEach(file -> all.put(file.getFileName().toString(), file));
            }
        }
        return List.copyOf(all.values());
    }

    @Override
    public long storedOctets() throws IOException {
        return messages().stream().mapToLong(message -> message.length).sum();
    }

    @Override
    public void tamper(int message) throws IOException {
        Files.writeString(byName().get(message), "x", StandardOpenOption.APPEND);
    }

    @Override
    public boolean isTamperedAlone() {
        return true;
    }

    @Override
    public boolean survivesFaults() {
        return true;
    }

    // No operation of a Maildir waits, and names keep deliveries apart.
    @Override
    public void elapse(Duration duration) {}

    @Override
    public void close() throws IOException {
        account.close();
    }
}

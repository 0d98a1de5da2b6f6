package org.postern.mailbox.maildir.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailLocation;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;
import org.postern.storage.local.internal.LocalMailStorageProvider;
import org.postern.testkit.mailbox.MailboxFixture;

/** A Maildir of real files, reached through local storage and the system's own calls. */
final class LocalMaildir implements MailboxFixture {
    private static final String DIRECTORY = "Maildir";

    private final Posix posix;
    private final Path base;
    private int delivered;

    LocalMaildir(Posix posix, Path base) {
        this.posix = posix;
        this.base = base;
    }

    Path path(String directory) {
        return base.resolve(DIRECTORY).resolve(directory);
    }

    @Override
    public MailboxFormat format() {
        return new MaildirFormat(Map.of(), InstantSource.system(), noSizes());
    }

    SizeFiles noSizes() {
        return new SizeFiles(posix, Optional.empty());
    }

    @Override
    public MailStorage storage() {
        try {
            return new LocalMailStorageProvider(posix)
                    .open(new MailLocation("maildir", base.toString(), DIRECTORY));
        } catch (StorageException failed) {
            throw new AssertionError(failed);
        }
    }

    @Override
    public LineConvention lines() {
        return LineConvention.LF_OR_CRLF;
    }

    @Override
    public void create() throws IOException {
        for (String directory : List.of("new", "cur", "tmp")) {
            Files.createDirectories(path(directory));
        }
    }

    @Override
    public void deliver(byte[] message) throws IOException {
        create();
        String name = 1_000_000_000 + delivered + ".M1P1.host";
        boolean seen = (delivered++ & 1) == 1;
        Files.write(path(seen ? "cur" : "new").resolve(seen ? name + ":2,S" : name), message);
    }

    @Override
    public List<byte[]> oddMessages() {
        return OddMessages.all();
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
        for (String directory : List.of("new", "cur")) {
            try (Stream<Path> files = Files.list(path(directory))) {
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
        List<Path> all;
        try (Stream<Path> below = Files.walk(base)) {
            all = below.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}

package org.postern.mailbox.maildir.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailLocation;
import org.postern.api.storage.MailStorage;
import org.postern.posix.NativePosix;
import org.postern.storage.local.internal.LocalMailStorageProvider;
import org.postern.testkit.kill.Corpus;
import org.postern.testkit.kill.KilledFormat;
import org.postern.testkit.kill.VictimProgram;

/** A Maildir of real files for processes that are killed. */
final class KilledMaildir implements KilledFormat {
    private static final String MAILDIR = "Maildir";
    // Every third message has been seen already.
    private static final int SEEN = 3;

    private final Posix posix;

    KilledMaildir(Path scratch) throws IOException {
        this.posix = NativePosix.open(scratch.resolve("native"));
    }

    /** The program that is killed. */
    public static void main(String[] arguments) throws IOException {
        Path scratch = Path.of(arguments[0]);
        VictimProgram.serve(new KilledMaildir(scratch), scratch);
    }

    @Override
    public MailboxFormat format(Path directory, String durability) {
        return new MaildirFormat(Map.of("durability", durability));
    }

    @Override
    public MailStorage storage(Path directory) throws IOException {
        return new LocalMailStorageProvider(posix)
                .open(new MailLocation("maildir", directory.toString(), MAILDIR));
    }

    @Override
    public void make(Path directory, Corpus corpus) throws IOException {
        for (String name : List.of("new", "cur", "tmp")) {
            Files.createDirectories(directory.resolve(MAILDIR).resolve(name));
        }
        for (int i = 0; i < corpus.count(); i++) {
            boolean seen = i % SEEN == 0;
            String name = String.format("%010d.M0P1.host", i);
            Files.write(
                    path(directory, seen ? "cur" : "new", seen ? name + ":2,S" : name),
                    corpus.message(i));
        }
    }

    @Override
    public void deliver(Path directory, byte[] message) throws IOException {
        long nanos = System.nanoTime();
        String name = String.format("%010d.M%019dP1.host", 2_000_000_000, nanos);
        Path draft = path(directory, "tmp", name);
        try (FileChannel file =
                FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(message));
            file.force(true);
        }
        Files.move(draft, path(directory, "new", name), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public List<byte[]> messages(Path directory) throws IOException {
        TreeMap<String, Path> all = new TreeMap<>();
        for (String name : List.of("new", "cur")) {
            try (Stream<Path> files = Files.list(directory.resolve(MAILDIR).resolve(name))) {
                files.forEach(file -> all.put(file.getFileName().toString(), file));
            }
        }
        List<byte[]> messages = new ArrayList<>();
        for (Path file : all.values()) {
            messages.add(Files.readAllBytes(file));
        }
        return messages;
    }

    @Override
    public boolean isUnfinished(Path directory) {
        return false;
    }

    private static Path path(Path directory, String below, String name) {
        return directory.resolve(MAILDIR).resolve(below).resolve(name);
    }
}

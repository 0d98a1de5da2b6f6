package org.postern.testkit.kill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A Maildir; who delivers into it writes to tmp and renames. */
public final class MaildirOnDisk implements MailOnDisk {
    /** The directory's name. */
    public static final String NAME = "Maildir";

    // Every third message has been seen already.
    private static final int SEEN = 3;

    @Override
    public void make(Path directory, Corpus corpus) throws IOException {
        for (String name : List.of("new", "cur", "tmp")) {
            Files.createDirectories(directory.resolve(NAME).resolve(name));
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
    public List<ByteBuffer> messages(Path directory) throws IOException {
        TreeMap<String, Path> all = new TreeMap<>();
        for (String name : List.of("new", "cur")) {
            try (Stream<Path> files = Files.list(directory.resolve(NAME).resolve(name))) {
                files.forEach(file -> all.put(file.getFileName().toString(), file));
            }
        }
        List<ByteBuffer> messages = new ArrayList<>();
        for (Path file : all.values()) {
            messages.add(ByteBuffer.wrap(Files.readAllBytes(file)));
        }
        return messages;
    }

    private static Path path(Path directory, String below, String name) {
        return directory.resolve(NAME).resolve(below).resolve(name);
    }
}

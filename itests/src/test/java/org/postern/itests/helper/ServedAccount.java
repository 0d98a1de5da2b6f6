package org.postern.itests.helper;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileType;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;
import org.postern.testkit.posix.OtherProgram;
import org.postern.testkit.storage.StorageFixture;

/** A user's spool file and home, written behind the agent's back; read by logging in. */
final class ServedAccount implements StorageFixture {
    /** A way to the mail that the helper opens. */
    interface Login {
        MailStorage open() throws StorageException;
    }

    private final Posix posix;
    private final Path mailbox;
    private final Path home;
    private final Path foreign;
    private final Login login;
    private final Runnable release;

    /**
     * @param foreign a directory of this process' own with files that are another user's
     * @param release told when this is done with
     */
    ServedAccount(
            Posix posix, Path mailbox, Path home, Path foreign, Login login, Runnable release) {
        this.posix = posix;
        this.mailbox = mailbox;
        this.home = home;
        this.foreign = foreign;
        this.login = login;
        this.release = release;
    }

    /** Where its mbox is, or will be. */
    Path mailbox() {
        return mailbox;
    }

    /** A directory of its Maildir. */
    Path directory(MailDirectory directory) {
        Path maildir = home.resolve("Maildir");
        return directory == MailDirectory.ROOT
                ? maildir
                : maildir.resolve(directory.name().toLowerCase(Locale.ROOT));
    }

    /** Logs in. */
    MailStorage open() throws StorageException {
        return login.open();
    }

    @Override
    public MailStorage open(String format) throws StorageException {
        MailStorage storage = open();
        if (!storage.format().equals(format)) {
            storage.close();
            throw new AssertionError("the helper serves " + storage.format());
        }
        return storage;
    }

    @Override
    public void makeMaildir() throws IOException {
        for (MailDirectory directory : MailDirectory.values()) {
            Files.createDirectories(directory(directory));
        }
    }

    @Override
    public void removeDirectory(MailDirectory directory) throws IOException {
        deleteAll(directory(directory));
    }

    private Path parent(Place place) {
        return place instanceof Place.Message message
                ? directory(message.entry().directory())
                : mailbox.getParent();
    }

    private FileName name(Place place) {
        return place instanceof Place.Message message
                ? message.entry().name()
                : FileName.of(mailbox.getFileName().toString());
    }

    private Path path(Place place) {
        return parent(place).resolve(name(place).toString());
    }

    // Through posix: Java cannot say every name.
    @Override
    public void write(Place place, byte[] content) throws IOException {
        try (DirectoryHandle parent = posix.openDirectory(parent(place))) {
            if (exists(parent, name(place))) {
                parent.unlink(name(place));
            }
            try (FileHandle handle = parent.create(name(place), 0600)) {
                handle.write(ByteBuffer.allocateDirect(content.length).put(content).flip(), 0);
            }
        }
    }

    private static boolean exists(DirectoryHandle parent, FileName name) {
        try {
            return parent.status(name).links() > 0;
        } catch (PosixException missing) {
            return false;
        }
    }

    @Override
    public void write(Place place, Intruder intruder) throws IOException {
        Path path = path(place);
        Path elsewhere = home.resolve("elsewhere");
        switch (intruder) {
            case LINK -> {
                Files.writeString(elsewhere, "elsewhere");
                Files.createSymbolicLink(path, elsewhere);
            }
            case DANGLING_LINK -> Files.createSymbolicLink(path, elsewhere);
            case FIFO -> run("mkfifo", path.toString());
            case DIRECTORY -> Files.createDirectory(path);
            case SOCKET -> {
                try (ServerSocketChannel socket =
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                    socket.bind(UnixDomainSocketAddress.of(path));
                }
            }
            case SECOND_NAME -> {
                Files.writeString(path, "content");
                Files.createLink(elsewhere, path);
            }
            case FOREIGN -> putForeignFile(path);
        }
    }

    // Only root can make one; whose directories they are may move them.
    private void putForeignFile(Path path) throws IOException {
        try (Stream<Path> files = Files.list(foreign)) {
            Files.move(files.findFirst().orElseThrow(), path);
        }
    }

    @Override
    public Optional<byte[]> content(Place place) throws IOException {
        try (DirectoryHandle parent = posix.openDirectory(parent(place))) {
            FileName name = name(place);
            if (!exists(parent, name) || parent.status(name).type() != FileType.REGULAR) {
                return Optional.empty();
            }
            try (FileHandle handle = parent.open(name, OpenMode.READ)) {
                ByteBuffer buffer = ByteBuffer.allocateDirect((int) handle.status().size() + 1);
                handle.read(buffer, 0);
                byte[] content = new byte[buffer.flip().remaining()];
                buffer.get(content);
                return Optional.of(content);
            }
        }
    }

    @Override
    public void remove(Place place) throws IOException {
        try (DirectoryHandle parent = posix.openDirectory(parent(place))) {
            parent.unlink(name(place));
        }
    }

    @Override
    public void close() throws IOException {
        deleteAll(mailbox);
        try (Stream<Path> entries = Files.list(home)) {
            for (Path entry : entries.toList()) {
                deleteAll(entry);
            }
        }
        release.run();
    }

    private static void deleteAll(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            // Not by Files.walk, which fails at names that Java cannot say.
            run("rm", "-r", path.toString());
        } else {
            Files.deleteIfExists(path);
        }
    }

    private static void run(String... command) throws IOException {
        try {
            OtherProgram.run(command);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}

package org.postern.storage.local.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Optional;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileType;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailLocation;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;
import org.postern.posix.NativePosix;
import org.postern.testkit.posix.OtherProgram;
import org.postern.testkit.storage.StorageFixture;

/** An account's files in a temporary directory: base/user/inbox and base/user/Maildir. */
final class LocalFiles implements StorageFixture {
    private final Path root;
    private final Posix posix = posix();
    private boolean foreign;

    LocalFiles() throws IOException {
        root = Files.createTempDirectory("postern");
        Files.createDirectories(user());
    }

    static Posix posix() throws IOException {
        return NativePosix.open(Path.of("target", "posix"));
    }

    /** The operator's directory. */
    Path base() {
        return root.resolve("base");
    }

    /** The user's directory below it. */
    Path user() {
        return base().resolve("user");
    }

    Path maildir() {
        return user().resolve("Maildir");
    }

    Path elsewhere() {
        return root.resolve("elsewhere");
    }

    @Override
    public MailStorage open(String format) throws StorageException {
        String path = format.equals(LocalMailStorage.MBOX) ? "user/inbox" : "user/Maildir";
        return provider().open(new MailLocation(format, base().toString(), path));
    }

    LocalMailStorageProvider provider() {
        return new LocalMailStorageProvider(foreign ? PosixAs.anotherUser(posix) : posix);
    }

    @Override
    public void makeMaildir() throws IOException {
        for (MailDirectory directory : MailDirectory.values()) {
            Files.createDirectories(directory(directory));
        }
    }

    private Path directory(MailDirectory directory) {
        return directory == MailDirectory.ROOT
                ? maildir()
                : maildir().resolve(directory.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void removeDirectory(MailDirectory directory) throws IOException {
        delete(directory(directory));
    }

    private DirectoryHandle parent(Place place) throws IOException {
        return posix.openDirectory(
                place instanceof Place.Message message
                        ? directory(message.entry().directory())
                        : user());
    }

    private static FileName name(Place place) {
        return place instanceof Place.Message message
                ? message.entry().name()
                : FileName.of("inbox");
    }

    private Path path(Place place) {
        Path parent =
                place instanceof Place.Message message
                        ? directory(message.entry().directory())
                        : user();
        return parent.resolve(name(place).toString());
    }

    // Through posix: Java cannot say every name.
    @Override
    public void write(Place place, byte[] content) throws IOException {
        try (DirectoryHandle parent = parent(place)) {
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
        switch (intruder) {
            case LINK -> {
                Files.writeString(elsewhere(), "elsewhere");
                Files.createSymbolicLink(path, elsewhere());
            }
            case DANGLING_LINK -> Files.createSymbolicLink(path, elsewhere());
            case FIFO -> makeFifo(path);
            case DIRECTORY -> Files.createDirectory(path);
            case SOCKET -> {
                try (ServerSocketChannel socket =
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                    socket.bind(UnixDomainSocketAddress.of(path));
                }
            }
            case SECOND_NAME -> {
                Files.writeString(path, "content");
                Files.createLink(elsewhere(), path);
            }
            case FOREIGN -> {
                Files.writeString(path, "content");
                foreign = true;
            }
        }
    }

    private static void makeFifo(Path path) throws IOException {
        try {
            OtherProgram.run("mkfifo", path.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public Optional<byte[]> content(Place place) throws IOException {
        try (DirectoryHandle parent = parent(place)) {
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
        try (DirectoryHandle parent = parent(place)) {
            parent.unlink(name(place));
        }
    }

    @Override
    public void close() {
        try {
            delete(root);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path dir, IOException failed)
                            throws IOException {
                        Files.delete(dir);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}

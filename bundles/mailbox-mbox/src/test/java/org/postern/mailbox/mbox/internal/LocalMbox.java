package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailLocation;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;
import org.postern.posix.NativePosix;
import org.postern.storage.local.internal.LocalMailStorageProvider;

/** An mbox in a directory of the file system, with the system's own clock and locks. */
final class LocalMbox extends MboxFixture {
    private static final String NAME = "inbox";

    private final Path directory;
    private final Posix posix;
    private final MboxFormat format;

    /** With settings as in the configuration file: key, value, key, value. */
    LocalMbox(Path directory, String... settings) throws IOException {
        this(directory, Optional.of(directory), settings);
    }

    /** With a data directory of the server's. */
    LocalMbox(Path directory, Optional<Path> data, String... settings) throws IOException {
        this.directory = directory;
        this.posix = NativePosix.open(directory.resolve("native"));
        Map<String, Object> properties = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            properties.put(settings[i], settings[i + 1]);
        }
        this.format = new MboxFormat(posix, data, properties);
    }

    Path path() {
        return directory.resolve(NAME);
    }

    @Override
    public MailboxFormat format() {
        return format;
    }

    @Override
    public MailStorage storage() {
        try {
            return new LocalMailStorageProvider(posix)
                    .open(new MailLocation(MboxFormat.FORMAT, directory.toString(), NAME));
        } catch (StorageException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    byte[] content() throws IOException {
        return Files.exists(path()) ? Files.readAllBytes(path()) : new byte[0];
    }

    @Override
    void append(byte[] octets) throws IOException {
        Files.write(path(), octets, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    void write(int position, byte octet) throws IOException {
        try (FileChannel file = FileChannel.open(path(), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {octet}), position);
        }
    }

    /**
     * Lets as much time pass as matters: after two ticks a file is old, and nobody here waits for
     * anything else.
     */
    @Override
    public void elapse(Duration duration) {
        long ticks = 2 * posix.coarseTickNanos();
        long end = System.nanoTime() + Math.min(duration.toNanos(), ticks);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() {}
}

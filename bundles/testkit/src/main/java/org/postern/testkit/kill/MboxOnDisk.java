package org.postern.testkit.kill;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.Posix;

/** An mbox; who delivers into it holds both kinds of lock. */
public final class MboxOnDisk implements MailOnDisk {
    /** The file's name. */
    public static final String NAME = "inbox";

    private static final byte[] SEPARATOR = "From x Thu Jan  1 00:00:00 1970\n".getBytes(US_ASCII);
    private static final int BUFFER = 1 << 20;
    // As long as an agent waits for a lock before it looks again.
    private static final long PAUSE_NANOS = 1_000_000;

    private final Posix posix;

    /**
     * @param posix has the locks
     */
    public MboxOnDisk(Posix posix) {
        this.posix = posix;
    }

    @Override
    public void make(Path directory, Corpus corpus) throws IOException {
        try (OutputStream file =
                new BufferedOutputStream(Files.newOutputStream(directory.resolve(NAME)), BUFFER)) {
            for (int i = 0; i < corpus.count(); i++) {
                file.write(SEPARATOR);
                file.write(corpus.message(i));
                file.write('\n');
            }
        }
    }

    @Override
    public void deliver(Path directory, byte[] message) throws IOException {
        try (DirectoryHandle spool = posix.openDirectory(directory);
                FileHandle file = spool.open(FileName.of(NAME), OpenMode.READ_WRITE)) {
            while (!file.tryLock(LockMode.EXCLUSIVE, EnumSet.allOf(LockKind.class))) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            ByteBuffer octets = ByteBuffer.allocateDirect(SEPARATOR.length + message.length + 1);
            octets.put(SEPARATOR).put(message).put((byte) '\n').flip();
            file.write(octets, file.status().size());
            file.sync();
            file.unlock();
        }
    }

    @Override
    public List<ByteBuffer> messages(Path directory) throws IOException {
        byte[] file = Files.readAllBytes(directory.resolve(NAME));
        List<ByteBuffer> messages = new ArrayList<>();
        int from = 0;
        while (from < file.length) {
            int next = from + 1;
            while (next < file.length && (file[next] != 'F' || !isSeparator(file, next))) {
                next++;
            }
            int content = from + SEPARATOR.length;
            if (!isSeparator(file, from) || next - 1 < content || file[next - 1] != '\n') {
                throw new AssertionError("the file is no mbox at " + from);
            }
            messages.add(ByteBuffer.wrap(file, content, next - 1 - content));
            from = next;
        }
        return messages;
    }

    private static boolean isSeparator(byte[] file, int at) {
        int end = at + SEPARATOR.length;
        return end <= file.length && Arrays.equals(file, at, end, SEPARATOR, 0, SEPARATOR.length);
    }
}

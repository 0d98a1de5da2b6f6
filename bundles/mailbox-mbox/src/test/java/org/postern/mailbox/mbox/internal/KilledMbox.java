package org.postern.mailbox.mbox.internal;

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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailLocation;
import org.postern.api.storage.MailStorage;
import org.postern.posix.NativePosix;
import org.postern.storage.local.internal.LocalMailStorageProvider;
import org.postern.testkit.kill.Corpus;
import org.postern.testkit.kill.KilledFormat;
import org.postern.testkit.kill.VictimProgram;

/** An mbox of the file system for processes that are killed; its journals are beside it. */
final class KilledMbox implements KilledFormat {
    private static final String NAME = "inbox";
    private static final String DATA = "data";
    private static final byte[] SEPARATOR = "From x Thu Jan  1 00:00:00 1970\n".getBytes(US_ASCII);
    private static final int BUFFER = 1 << 20;
    // As long as an agent waits for a lock before it looks again.
    private static final long PAUSE_NANOS = 1_000_000;

    private final Posix posix;

    KilledMbox(Path scratch) throws IOException {
        this.posix = NativePosix.open(scratch.resolve("native"));
    }

    /** The program that is killed. */
    public static void main(String[] arguments) throws IOException {
        Path scratch = Path.of(arguments[0]);
        VictimProgram.serve(new KilledMbox(scratch), scratch);
    }

    @Override
    public MailboxFormat format(Path directory, String durability) throws IOException {
        Path data = Files.createDirectories(directory.resolve(DATA));
        return new MboxFormat(posix, Optional.of(data), Map.of("durability", durability));
    }

    @Override
    public MailStorage storage(Path directory) throws IOException {
        return new LocalMailStorageProvider(posix)
                .open(new MailLocation(MboxFormat.FORMAT, directory.toString(), NAME));
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
    public List<byte[]> messages(Path directory) throws IOException {
        byte[] file = Files.readAllBytes(directory.resolve(NAME));
        List<byte[]> messages = new ArrayList<>();
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
            messages.add(Arrays.copyOfRange(file, content, next - 1));
            from = next;
        }
        return messages;
    }

    @Override
    public boolean isUnfinished(Path directory) throws IOException {
        Path journals = directory.resolve(DATA).resolve(Journals.DIRECTORY.toString());
        if (!Files.isDirectory(journals)) {
            return false;
        }
        try (Stream<Path> files = Files.list(journals)) {
            return files.findAny().isPresent();
        }
    }

    private static boolean isSeparator(byte[] file, int at) {
        int end = at + SEPARATOR.length;
        return end <= file.length && Arrays.equals(file, at, end, SEPARATOR, 0, SEPARATOR.length);
    }
}

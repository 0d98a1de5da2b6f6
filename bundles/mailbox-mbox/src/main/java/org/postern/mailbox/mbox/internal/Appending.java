package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.postern.api.mailbox.Delivery;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Step;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.LockMode;
import org.postern.api.posix.PosixException;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds a message at the end, under an exclusive lock. What fails or is given up is taken back by
 * cutting the file to its old size; what dies in between leaves a piece of a message at the end, as
 * with every program that delivers into an mbox.
 */
final class Appending implements Task<Void> {
    private static final Logger LOG = LoggerFactory.getLogger(Appending.class);
    private static final long SLICE = 16L << 20;
    private static final Duration SOURCE_PAUSE = Duration.ofMillis(20);

    // As asctime(3) writes it, which is what everybody writes there.
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.US)
                    .withZone(ZoneOffset.UTC);

    private enum Phase {
        OPEN,
        LOCK,
        MEND,
        BEGIN,
        WRITE,
        SYNC,
        OVER;

        Phase next() {
            return values()[ordinal() + 1];
        }
    }

    private final MailStorage storage;
    private final Delivery delivery;
    private final MboxContext context;
    private final StoredForm form = new StoredForm();

    private Phase phase = Phase.OPEN;
    // Each is there from the phase on that needs it.
    private Optional<FileHandle> update = Optional.empty();
    private Optional<LockWait> lock = Optional.empty();
    private Optional<Mending> mending = Optional.empty();
    private long oldSize;
    private long position;
    // Whether anything may have been written that is to be taken back.
    private boolean dirty;

    Appending(MailStorage storage, Delivery delivery, MboxContext context) {
        this.storage = storage;
        this.delivery = delivery;
        this.context = context;
    }

    @Override
    public Step<Void> advance() throws IOException, MailboxException {
        while (phase != Phase.OVER) {
            Optional<Duration> wait =
                    switch (phase) {
                        case OPEN -> open();
                        case LOCK -> lock.orElseThrow().advance();
                        case MEND -> mending.orElseThrow().advance();
                        case BEGIN -> begin();
                        case WRITE -> write();
                        default -> sync();
                    };
            if (wait.isPresent()) {
                return new Step.Wait<>(wait.get());
            }
            phase = phase.next();
        }
        return new Step.Done<>(null);
    }

    private Optional<Duration> open() throws IOException {
        Optional<FileHandle> there = storage.openMailbox();
        if (there.isEmpty()) {
            create();
            there = storage.openMailbox();
        }
        if (there.isEmpty()) {
            throw new StorageException(
                    StorageException.Kind.UNAVAILABLE, "the mbox vanished as soon as it was made");
        }
        try (FileHandle seen = there.get()) {
            update = Optional.of(storage.openForUpdate(seen.status()));
        }
        lock = update.map(h -> new LockWait(h, LockMode.EXCLUSIVE, context.settings()));
        mending = update.map(h -> new Mending(h, context));
        return Stage.OVER;
    }

    private void create() throws StorageException {
        try {
            storage.createMailbox();
        } catch (StorageException failed) {
            if (failed.kind() != StorageException.Kind.EXISTS) {
                throw failed;
            }
            // Somebody else was faster, which is as good.
        }
    }

    private Optional<Duration> begin() throws IOException, MailboxException {
        FileStatus status = handle().status();
        requireInPlace(status);
        oldSize = status.size();
        position = oldSize;
        int missing = MboxEnd.missingLineFeeds(handle(), oldSize, context.buffers());
        ByteBuffer block = context.buffers().take();
        try {
            for (int i = 0; i < missing; i++) {
                block.put(LineFeeds.LF);
            }
            block.put(fromLine(delivery.envelopeSender(), delivery.received()));
            store(block);
        } finally {
            context.buffers().giveBack(block);
        }
        return Stage.OVER;
    }

    // Mail that went into a file which another program has put aside would never be read.
    private void requireInPlace(FileStatus status) throws IOException, MailboxException {
        Optional<FileHandle> there = storage.openMailbox();
        boolean inPlace = false;
        if (there.isPresent()) {
            try (FileHandle now = there.get()) {
                inPlace = now.status().isSameFile(status);
            }
        }
        if (!inPlace) {
            throw new MailboxException(
                    MailboxException.Kind.UNAVAILABLE,
                    "the mbox was replaced or removed while its lock was waited for");
        }
    }

    private Optional<Duration> write() throws IOException {
        ByteBuffer source = context.buffers().take();
        ByteBuffer block = context.buffers().take();
        try {
            long pause = position + SLICE;
            while (position < pause) {
                int read = delivery.content().read(source.clear());
                if (read < 0) {
                    form.finish(block.clear());
                    store(block);
                    return Stage.OVER;
                }
                if (read == 0) {
                    return Optional.of(SOURCE_PAUSE);
                }
                source.flip();
                while (source.hasRemaining()) {
                    form.put(source, block.clear());
                    store(block);
                }
            }
            return Stage.YIELD;
        } finally {
            context.buffers().giveBack(source);
            context.buffers().giveBack(block);
        }
    }

    private void store(ByteBuffer block) throws PosixException {
        block.flip();
        int length = block.remaining();
        dirty = true;
        handle().write(block, position);
        position += length;
    }

    private Optional<Duration> sync() throws PosixException {
        handle().sync();
        return Stage.OVER;
    }

    private static byte[] fromLine(String sender, Instant received) {
        String from = sender.isEmpty() ? "MAILER-DAEMON" : sender;
        return ("From " + from + ' ' + DATE.format(received) + '\n')
                .getBytes(StandardCharsets.US_ASCII);
    }

    private FileHandle handle() {
        return update.orElseThrow();
    }

    @Override
    public void release() {
        try {
            if (dirty && phase != Phase.OVER) {
                takeBack();
            }
            mending.ifPresent(Mending::release);
        } finally {
            update.ifPresent(MboxFile::release);
        }
    }

    private void takeBack() {
        try {
            if (handle().status().size() > oldSize) {
                handle().truncate(oldSize);
                handle().sync();
            }
        } catch (PosixException failed) {
            LOG.error(
                    "A delivery that failed could not be taken back, the mbox ends with a piece of"
                            + " it: {}",
                    failed.getMessage());
        }
    }
}

package org.postern.mailbox.maildir.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import org.postern.api.mailbox.Delivery;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.storage.EntryResult;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.Renaming;
import org.postern.api.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers a message: written to tmp and synced, then renamed to new, so that no reader ever sees a
 * part of it. What is left of one that failed is removed, or cleaned away later by its age.
 */
final class Appending {
    private static final Logger LOG = LoggerFactory.getLogger(Appending.class);
    private static final int BUFFER_SIZE = 64 * 1024;
    // A name that is taken by accident is not taken twice.
    private static final int ATTEMPTS = 3;

    private final MailStorage storage;
    private final DeliveryNames names;
    private final MaildirSettings settings;

    Appending(MailStorage storage, DeliveryNames names, MaildirSettings settings) {
        this.storage = storage;
        this.names = names;
        this.settings = settings;
    }

    void append(Delivery delivery) throws MailboxException, IOException {
        MailEntry draft = new MailEntry(MailDirectory.TMP, names.next());
        boolean delivered = false;
        FileHandle file = storage.create(draft);
        try {
            try (file) {
                write(delivery.content(), file);
                file.sync();
            }
            publish(draft);
            delivered = true;
        } finally {
            if (!delivered) {
                discard(draft);
            }
        }
        if (settings.durability() == MaildirSettings.Durability.POWER) {
            storage.sync(MailDirectory.NEW);
        }
    }

    private static void write(ReadableByteChannel content, FileHandle file)
            throws MailboxException, IOException {
        ByteBuffer source = ByteBuffer.allocate(BUFFER_SIZE);
        ByteBuffer target = ByteBuffer.allocateDirect(BUFFER_SIZE + 1);
        LineEnds lineEnds = new LineEnds();
        long position = 0;
        boolean more = true;
        while (more) {
            more = fill(content, source.clear());
            lineEnds.convert(source.flip(), target.clear());
            if (!more) {
                lineEnds.finish(target);
            }
            target.flip();
            if (target.hasRemaining()) {
                int converted = target.remaining();
                file.write(target, position);
                position += converted;
            }
        }
    }

    // The sender's trouble, not the storage's.
    private static boolean fill(ReadableByteChannel content, ByteBuffer source)
            throws MailboxException {
        try {
            return content.read(source) >= 0;
        } catch (IOException failed) {
            throw new MailboxException(
                    Kind.UNAVAILABLE, "the message to be delivered could not be read", failed);
        }
    }

    private void publish(MailEntry draft) throws StorageException, MailboxException {
        FileName name = draft.name();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Renaming renaming = new Renaming(draft, new MailEntry(MailDirectory.NEW, name));
            EntryResult result = Batches.rename(storage, List.of(renaming)).get(0);
            if (result == EntryResult.DONE) {
                return;
            }
            if (result != EntryResult.EXISTS) {
                break;
            }
            name = names.next();
        }
        throw new MailboxException(
                Kind.UNAVAILABLE, "a delivered message could not be moved to the Maildir's new");
    }

    private void discard(MailEntry draft) {
        try {
            Batches.unlink(storage, List.of(draft));
        } catch (StorageException failed) {
            LOG.debug("what is left of a delivery stays in tmp for now", failed);
        }
    }
}

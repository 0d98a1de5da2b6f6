package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.util.BitSet;
import java.util.Objects;
import java.util.Optional;
import org.postern.api.mailbox.Delivery;
import org.postern.api.mailbox.Expunged;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MessageContent;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.storage.MailStorage;

/**
 * An open mbox: a snapshot and a descriptor for reading. Nothing is locked while no operation is
 * under way, and nothing is written but by {@link #expunge} and {@link #append}: a session that
 * deletes nothing leaves octets and mtime as they were.
 */
final class MboxMailbox implements Mailbox {
    private final MailStorage storage;
    private final MailboxSnapshot snapshot;
    private final Optional<MboxFile> file;
    private final MboxContext context;
    private final Validity validity;

    /**
     * @param file closed with this; empty if and only if there are no messages
     */
    MboxMailbox(
            MailStorage storage,
            MailboxSnapshot snapshot,
            Optional<MboxFile> file,
            MboxContext context) {
        this.storage = storage;
        this.snapshot = snapshot;
        this.file = file;
        this.context = context;
        this.validity = new Validity(() -> file.ifPresent(it -> context.forget(it.known())));
    }

    @Override
    public MailboxSnapshot snapshot() {
        return snapshot;
    }

    @Override
    public Operation<MessageContent> read(int message) {
        Objects.checkIndex(message, snapshot.count());
        MboxFile from = file.orElseThrow();
        return operation(
                new Reading<>(
                        new ForeignChange(from, snapshot, context),
                        () -> compared(from, message),
                        () -> content(from, message)));
    }

    @Override
    public Optional<MessageContent> readNow(int message) throws MailboxException {
        Objects.checkIndex(message, snapshot.count());
        validity.require();
        MboxFile from = file.orElseThrow();
        if (from.isSampled()) {
            return Optional.empty();
        }
        try {
            return Optional.of(content(from, message));
        } catch (IOException closed) {
            // What read() says of it is told.
            return Optional.empty();
        }
    }

    private Stage compared(MboxFile from, int message) {
        return from.isSampled()
                ? new MessageCheck(from.handle(), snapshot, message, context.buffers())
                : () -> Stage.OVER;
    }

    private MessageContent content(MboxFile from, int message) throws IOException {
        StoredAt.Range range = MessageCheck.range(snapshot, message);
        return new MessageContent(
                from.handle().duplicate(),
                range.start(),
                range.length(),
                LineConvention.LF,
                snapshot.finalLineEndMissing(message));
    }

    @Override
    public Operation<Void> check() {
        // An empty mailbox has no messages that could change.
        return file.isEmpty()
                ? operation(new Immediate<>(() -> null))
                : operation(new Checking(new ForeignChange(file.get(), snapshot, context)));
    }

    @Override
    public Operation<Expunged> expunge(BitSet messages) {
        BitSet delete = (BitSet) messages.clone();
        if (delete.isEmpty()) {
            Expunged none = new Expunged(0, 0, snapshot.count(), snapshot.totalOctets());
            return operation(new Immediate<>(() -> none));
        }
        Objects.checkIndex(delete.length() - 1, snapshot.count());
        return operation(new Expunging(file.orElseThrow(), snapshot, delete, validity, context));
    }

    @Override
    public Operation<Void> acknowledge() {
        // Nothing in an mbox tells new mail from seen. Allowed after expunge, so checked apart.
        return new TaskOperation<>(
                new Immediate<>(
                        () -> {
                            validity.requireNoForeignChange();
                            return null;
                        }),
                new Validity());
    }

    @Override
    public Operation<Void> append(Delivery delivery) {
        return operation(new Appending(storage, delivery, context));
    }

    @Override
    public void close() {
        file.ifPresent(MboxFile::close);
    }

    private <T> Operation<T> operation(Task<T> task) {
        return new TaskOperation<>(task, validity);
    }
}

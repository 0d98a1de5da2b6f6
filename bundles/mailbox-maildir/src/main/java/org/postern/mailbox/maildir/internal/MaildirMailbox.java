package org.postern.mailbox.maildir.internal;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.postern.api.mailbox.Delivery;
import org.postern.api.mailbox.Expunged;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MessageContent;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.posix.FileStatus;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.Opened;
import org.postern.api.storage.StorageException;

/** A session's Maildir. Between operations it holds no descriptor, only names. */
final class MaildirMailbox implements Mailbox {
    // To begin with, after a first look, and after a second one, which proves that it is gone.
    private static final int ATTEMPTS = 3;

    private final MailStorage storage;
    private final MailboxSnapshot snapshot;
    private final MaildirSettings settings;
    private final DeliveryNames names;
    private final Runnable whenChanged;
    private final Locations locations;
    private final MessageSizes sizes = new MessageSizes();
    private final BitSet deleted = new BitSet();

    /**
     * @param whenChanged told that a message is not what was known of it
     */
    MaildirMailbox(
            MailStorage storage,
            MailboxSnapshot snapshot,
            MaildirSettings settings,
            DeliveryNames names,
            Runnable whenChanged) {
        this.whenChanged = whenChanged;
        this.storage = storage;
        this.snapshot = snapshot;
        this.settings = settings;
        this.names = names;
        this.locations = new Locations(storage, snapshot);
    }

    @Override
    public MailboxSnapshot snapshot() {
        return snapshot;
    }

    @Override
    public Operation<MessageContent> read(int message) {
        Objects.checkIndex(message, snapshot.count());
        return new SingleStep<>(() -> content(message));
    }

    private MessageContent content(int message) throws MailboxException, IOException {
        for (int attempt = 1; ; attempt++) {
            List<Opened> opened = Batches.open(storage, List.of(locations.entry(message)));
            if (opened.get(0) instanceof Opened.File file) {
                return content(message, file);
            }
            StorageException.Kind kind = ((Opened.Failed) opened.get(0)).kind();
            switch (kind) {
                case MISSING -> {
                    if (attempt == ATTEMPTS) {
                        throw gone("was deleted or is renamed all the time by another program");
                    }
                    locations.look();
                    if (locations.isAmbiguous(message)) {
                        throw gone("has a base name that several files have");
                    }
                }
                case NOT_PERMITTED, CHANGED -> throw gone("is not the account's own plain file");
                case EXISTS, FULL, UNAVAILABLE ->
                        throw new StorageException(kind, "a message file cannot be opened");
            }
        }
    }

    private MessageContent content(int message, Opened.File file)
            throws MailboxException, IOException {
        boolean accepted = false;
        try {
            if (!isUnchanged(message, file)) {
                whenChanged.run();
                throw gone("is not what it was when the mailbox was opened");
            }
            accepted = true;
            return readable(message, file);
        } finally {
            if (!accepted) {
                file.handle().close();
            }
        }
    }

    private MessageContent readable(int message, Opened.File file) {
        return new MessageContent(
                file.handle(),
                0,
                file.status().size(),
                snapshot.lines(message),
                snapshot.finalLineEndMissing(message));
    }

    @Override
    public Operation<List<MessageContent>> readAhead(List<Integer> messages) {
        messages.forEach(message -> Objects.checkIndex(message, snapshot.count()));
        List<Integer> wanted = List.copyOf(messages);
        return new SingleStep<>(() -> contents(wanted));
    }

    // Up to the first that is not where it was, or not as it was: read() looks into that.
    private List<MessageContent> contents(List<Integer> messages) throws StorageException {
        List<Opened> opened =
                Batches.open(storage, messages.stream().map(locations::entry).toList());
        List<MessageContent> contents = new ArrayList<>(messages.size());
        for (Opened each : opened) {
            int message = messages.get(contents.size());
            if (each instanceof Opened.File file && isKnown(message, file.status())) {
                contents.add(readable(message, file));
            } else {
                break;
            }
        }
        opened.subList(contents.size(), opened.size()).forEach(Batches::close);
        return contents;
    }

    // A file of the same size with another mtime may have been restored from a copy, or exchanged:
    // then it is counted again, because LIST has already promised its octets.
    private boolean isUnchanged(int message, Opened.File file) throws IOException {
        long size = file.status().size();
        return isKnown(message, file.status())
                || (size == listed(message).stored()
                        && sizes.of(file.handle(), size).equals(listed(message)));
    }

    private boolean isKnown(int message, FileStatus status) {
        long modified = Instants.of(status.modifiedNanos()).toEpochMilli();
        return status.size() == listed(message).stored()
                && snapshot.received(message)
                        .map(Instant::toEpochMilli)
                        .equals(Optional.of(modified));
    }

    private MessageSizes.Measure listed(int message) {
        return new MessageSizes.Measure(
                ((StoredAt.File) snapshot.storedAt(message)).size(),
                snapshot.octets(message),
                snapshot.finalLineEndMissing(message));
    }

    private static MailboxException gone(String why) {
        return new MailboxException(Kind.MESSAGE_GONE, "the message's file " + why);
    }

    @Override
    public Operation<Void> check() {
        return new SingleStep<>(() -> null);
    }

    @Override
    public Operation<Expunged> expunge(BitSet messages) {
        if (messages.length() > snapshot.count()) {
            throw new IndexOutOfBoundsException("no message " + (messages.length() - 1));
        }
        BitSet chosen = (BitSet) messages.clone();
        return new SingleStep<>(
                () -> {
                    deleted.or(chosen);
                    new Removal(storage, locations, settings).remove(chosen);
                    return counts(chosen);
                });
    }

    private Expunged counts(BitSet chosen) {
        long octets = chosen.stream().mapToLong(snapshot::octets).sum();
        int count = chosen.cardinality();
        return new Expunged(
                count, octets, snapshot.count() - count, snapshot.totalOctets() - octets);
    }

    @Override
    public Operation<Void> acknowledge() {
        return new SingleStep<>(
                () -> {
                    BitSet left = new BitSet();
                    left.set(0, snapshot.count());
                    left.andNot(deleted);
                    new Acknowledgement(storage, locations, settings).move(left);
                    return null;
                });
    }

    @Override
    public Operation<Void> append(Delivery delivery) {
        return new SingleStep<>(
                () -> {
                    new Appending(storage, names, settings).append(delivery);
                    return null;
                });
    }

    // There is nothing that is held: the storage is its opener's, contents are their readers'.
    @Override
    public void close() {}
}

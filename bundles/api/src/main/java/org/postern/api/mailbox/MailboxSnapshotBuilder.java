package org.postern.api.mailbox;

import java.util.Optional;
import org.postern.api.posix.FileStatus;

/** Collects the messages of one snapshot, in mailbox order. For one thread, used once. */
public final class MailboxSnapshotBuilder {
    private final SnapshotColumns columns = new SnapshotColumns();
    private Optional<FileStatus> file = Optional.empty();
    private long totalOctets;
    private boolean built;

    MailboxSnapshotBuilder() {}

    /**
     * Adds the next message.
     *
     * @throws ArithmeticException if the octets of all messages pass 2^63 - 1
     */
    public MailboxSnapshotBuilder add(StoredMessage message) {
        requireUnbuilt();
        totalOctets = Math.addExact(totalOctets, message.octets());
        columns.add(message);
        return this;
    }

    /**
     * Adds the first messages of another snapshot, before any other is added.
     *
     * @param messages how many, at most those it has
     */
    public MailboxSnapshotBuilder addFirst(MailboxSnapshot other, int messages) {
        requireUnbuilt();
        if (columns.count() > 0) {
            throw new IllegalStateException("messages have been added already");
        }
        columns.addFirst(other.columns(), messages);
        for (int i = 0; i < messages; i++) {
            totalOctets += other.octets(i);
        }
        return this;
    }

    /** The mailbox file as it was when it was read. */
    public MailboxSnapshotBuilder file(FileStatus status) {
        requireUnbuilt();
        file = Optional.of(status);
        return this;
    }

    /** How many messages have been added. */
    public int count() {
        return columns.count();
    }

    /** The snapshot; ends the builder. */
    public MailboxSnapshot build() {
        requireUnbuilt();
        built = true;
        columns.trim();
        return new MailboxSnapshot(columns, file, totalOctets);
    }

    private void requireUnbuilt() {
        if (built) {
            throw new IllegalStateException("the snapshot has been built");
        }
    }
}

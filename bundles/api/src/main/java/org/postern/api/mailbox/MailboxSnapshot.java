package org.postern.api.mailbox;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.postern.api.posix.FileStatus;

/**
 * The messages of a mailbox at one moment, immutable, in mailbox order, held in columns: some 60 to
 * 80 octets a message in memory beside file names, so that 100,000 messages cost a session 6 to 8
 * MB. Safe for any number of threads.
 *
 * <p>Indexes run from 0 to {@link #count} - 1; others throw IndexOutOfBoundsException.
 */
public final class MailboxSnapshot {
    private final SnapshotColumns columns;
    private final Optional<FileStatus> file;
    private final long totalOctets;

    MailboxSnapshot(SnapshotColumns columns, Optional<FileStatus> file, long totalOctets) {
        this.columns = columns;
        this.file = file;
        this.totalOctets = totalOctets;
    }

    /** A builder; a mailbox of messages that are files has no mailbox file. */
    public static MailboxSnapshotBuilder builder() {
        return new MailboxSnapshotBuilder();
    }

    /** How many messages there are. */
    public int count() {
        return columns.count();
    }

    /** The sum of all {@link #octets}. */
    public long totalOctets() {
        return totalOctets;
    }

    /** About how many octets of memory this takes, file names included. */
    public long memory() {
        return columns.memory();
    }

    SnapshotColumns columns() {
        return columns;
    }

    /** A message's octets as sent, each line end two, before dot-stuffing (RFC 1939 section 11). */
    public long octets(int message) {
        return columns.octets(message);
    }

    /** A message's unique-id. */
    public UniqueId uniqueId(int message) {
        return columns.uniqueId(message);
    }

    /** Puts a message's unique-id into a buffer with {@link UniqueId#MAX_LENGTH} octets of room. */
    public void putUniqueId(int message, ByteBuffer target) {
        columns.putUniqueId(message, target);
    }

    /** Where a message's octets are stored. */
    public StoredAt storedAt(int message) {
        return columns.storedAt(message);
    }

    /** What ends a line in a message's stored octets. */
    public LineConvention lines(int message) {
        return columns.lines(message);
    }

    /** Whether a message's last line has no line end, so that one is added when it is sent. */
    public boolean finalLineEndMissing(int message) {
        return columns.finalLineEndMissing(message);
    }

    /** A message's flags, unmodifiable. */
    public Set<MessageFlag> flags(int message) {
        return columns.flags(message);
    }

    /** When a message was received, if the mailbox knows. */
    public Optional<Instant> received(int message) {
        return columns.received(message);
    }

    /** The mailbox file as it was when it was read; empty if there was none or there are many. */
    public Optional<FileStatus> file() {
        return file;
    }
}

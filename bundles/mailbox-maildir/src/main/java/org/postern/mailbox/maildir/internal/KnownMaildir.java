package org.postern.mailbox.maildir.internal;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;

/**
 * A Maildir as it was read last. A message is known again by its name without flags, its inode,
 * size and both times: then it need not be counted again.
 *
 * <p>While neither directory has changed, nothing was delivered, renamed or removed, and the list
 * of messages is what it was, without asking for one of them. That a file is not written in place
 * is the format's rule; who breaks it changes no directory, but is found out when the message is
 * asked for, whose size and mtime are compared then. This one is forgotten at that.
 */
final class KnownMaildir {
    // This, the snapshot, some statuses and the place in a map.
    private static final int OWN_OCTETS = 1_000;

    private final IdRule rule;
    private final Optional<MaildirMark> mark;
    private final MailboxSnapshot snapshot;
    // Of each message. What has not settled has a ctime that no file has.
    private final long[] device;
    private final long[] inode;
    private final long[] modified;
    private final long[] changed;

    /**
     * @param mark before and after it was read, if nothing has changed meanwhile; empty if it
     *     cannot be told, or had not settled
     * @param messages the snapshot's
     * @param begun when it began to be read, in nanoseconds
     */
    KnownMaildir(
            IdRule rule,
            Optional<MaildirMark> mark,
            MailboxSnapshot snapshot,
            Collection<FileStatus> messages,
            long begun) {
        this.rule = rule;
        this.snapshot = snapshot;
        int count = messages.size();
        this.device = new long[count];
        this.inode = new long[count];
        this.modified = new long[count];
        this.changed = new long[count];
        boolean allSettled = true;
        int next = 0;
        for (FileStatus message : messages) {
            boolean settled = message.isSettled(begun);
            allSettled &= settled;
            device[next] = message.device();
            inode[next] = message.inode();
            modified[next] = message.modifiedNanos();
            changed[next] = settled ? message.changedNanos() : Long.MIN_VALUE;
            next++;
        }
        this.mark = allSettled ? mark : Optional.empty();
    }

    MailboxSnapshot snapshot() {
        return snapshot;
    }

    /** Octets of memory. */
    long memory() {
        return OWN_OCTETS + snapshot.memory() + 4L * Long.BYTES * inode.length;
    }

    /** Under which rule for unique-ids it was read. */
    IdRule rule() {
        return rule;
    }

    /** How it was, if it can be told whether it still is. */
    Optional<MaildirMark> mark() {
        return mark;
    }

    boolean isWithin(MailboxBounds bounds) {
        long stored = 0;
        for (int i = 0; i < snapshot.count() && stored <= bounds.maxOctets(); i++) {
            stored += file(i).size();
        }
        return snapshot.count() <= bounds.maxMessages() && stored <= bounds.maxOctets();
    }

    /** Gives candidates that are known the measure that they had. */
    void recall(Collection<Candidate> candidates) {
        Map<FileName, Integer> byBase = new HashMap<>(2 * snapshot.count());
        for (int i = 0; i < snapshot.count(); i++) {
            byBase.put(MaildirName.base(file(i).entry().name()), i);
        }
        for (Candidate candidate : candidates) {
            Integer message = byBase.get(candidate.base);
            if (message != null && isSame(message, candidate.status)) {
                candidate.measure =
                        Optional.of(
                                new MessageSizes.Measure(
                                        file(message).size(),
                                        snapshot.octets(message),
                                        snapshot.finalLineEndMissing(message)));
            }
        }
    }

    private boolean isSame(int message, FileStatus now) {
        return now.device() == device[message]
                && now.inode() == inode[message]
                && now.size() == file(message).size()
                && now.modifiedNanos() == modified[message]
                && now.changedNanos() == changed[message];
    }

    private StoredAt.File file(int message) {
        return (StoredAt.File) snapshot.storedAt(message);
    }
}

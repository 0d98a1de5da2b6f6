package org.postern.mailbox.mbox.internal;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.Posix;

/**
 * Mailboxes as they were read last, so that one that nobody has changed is not read again at every
 * login. Believed only for the same file with the same size and the same two times: a write leaves
 * its own time in ctime, which no program can set.
 *
 * <p>Only a mailbox whose ctime has been past for {@link #SETTLED} is kept: by then no later write
 * can be stamped with the same time, on a file system that keeps whole seconds either. Bounded by
 * the messages of all of them together, the least recently used go first. Safe for any number of
 * threads.
 */
final class KnownMailboxes {
    /** Messages of all mailboxes together; with 70 to 90 octets each these are 18 MB at most. */
    static final int MAX_MESSAGES = 200_000;

    /** How long a mailbox must not have changed, in nanoseconds. */
    static final long SETTLED = 2_000_000_000L;

    // What a mailbox takes beside its messages, in messages.
    private static final int OWN_WEIGHT = 10;

    private record Place(long device, long inode) {
        static Place of(FileStatus status) {
            return new Place(status.device(), status.inode());
        }
    }

    private record Known(FileStatus status, UniqueIds.Rule rule, MailboxSnapshot snapshot) {
        int weight() {
            return snapshot.count() + OWN_WEIGHT;
        }
    }

    private final Posix posix;
    // In order of use.
    private final Map<Place, Known> known = new LinkedHashMap<>(16, 0.75f, true);
    private int weight;

    /**
     * @param posix the clock that files are stamped with
     */
    KnownMailboxes(Posix posix) {
        this.posix = posix;
    }

    /** What is known of a file that looks so now, if it is within the bounds. */
    synchronized Optional<MailboxSnapshot> find(
            FileStatus now, MailboxBounds bounds, UniqueIds.Rule rule) {
        Known found = known.get(Place.of(now));
        if (found == null) {
            return Optional.empty();
        }
        if (!now.isUnchangedSince(found.status()) || found.rule() != rule) {
            forget(Place.of(now));
            return Optional.empty();
        }
        boolean within =
                now.size() <= bounds.maxOctets()
                        && found.snapshot().count() <= bounds.maxMessages();
        return within ? Optional.of(found.snapshot()) : Optional.empty();
    }

    /** The clock that files are stamped with, in nanoseconds since the epoch. */
    long now() {
        return posix.coarseClockNanos();
    }

    /**
     * Keeps what has just been read.
     *
     * @param status the file's, before and after it was read
     * @param begun {@link #now} before it was read: what was read first may have changed since
     */
    synchronized void keep(
            FileStatus status, long begun, UniqueIds.Rule rule, MailboxSnapshot snapshot) {
        forget(Place.of(status));
        Known read = new Known(status, rule, snapshot);
        if (begun - status.changedNanos() < SETTLED || read.weight() > MAX_MESSAGES) {
            return;
        }
        known.put(Place.of(status), read);
        weight += read.weight();
        for (Iterator<Known> oldest = known.values().iterator(); weight > MAX_MESSAGES; ) {
            weight -= oldest.next().weight();
            oldest.remove();
        }
    }

    private void forget(Place place) {
        Known gone = known.remove(place);
        if (gone != null) {
            weight -= gone.weight();
        }
    }
}

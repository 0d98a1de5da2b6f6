package org.postern.mailbox.mbox.internal;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.Posix;

/**
 * Mailboxes as they were read last, so that nothing is read twice: one that nobody has changed is
 * not read again at the next login, and of one that has grown only what was appended is. Believed
 * only for the same file with the same size and the same two times: a write leaves its own time in
 * ctime, which no program can set. Where the file has grown, or could have been written within the
 * same tick of a file system's clock, {@link IndexExtension} has to find the mail in it.
 *
 * <p>Bounded by the memory that all of them take, the least recently used go first. Safe for any
 * number of threads.
 */
final class KnownMailboxes {
    private record Place(long device, long inode) {
        static Place of(FileStatus status) {
            return new Place(status.device(), status.inode());
        }
    }

    private final Posix posix;
    // In order of use.
    private final Map<Place, KnownMailbox> known = new LinkedHashMap<>(16, 0.75f, true);
    private long memory;

    /**
     * @param posix the clock that files are stamped with
     */
    KnownMailboxes(Posix posix) {
        this.posix = posix;
    }

    /**
     * What is known of a file that looks so now, if it can be of use; otherwise it is forgotten.
     */
    synchronized Optional<KnownMailbox> find(FileStatus now, UniqueIds.Rule rule) {
        KnownMailbox found = known.get(Place.of(now));
        if (found == null) {
            return Optional.empty();
        }
        if (found.rule() != rule || !(found.holds(now) || found.mayBegin(now))) {
            forget(now);
            return Optional.empty();
        }
        return Optional.of(found);
    }

    /** The clock that files are stamped with, in nanoseconds since the epoch. */
    long now() {
        return posix.coarseClockNanos();
    }

    /**
     * Keeps what has just been read.
     *
     * @param most octets of memory for all mailboxes together
     */
    synchronized void keep(KnownMailbox read, long most) {
        forget(read.status());
        if (read.memory() <= most) {
            known.put(Place.of(read.status()), read);
            memory += read.memory();
        }
        for (Iterator<KnownMailbox> oldest = known.values().iterator(); memory > most; ) {
            memory -= oldest.next().memory();
            oldest.remove();
        }
    }

    /** Forgets a mailbox: it is written to, or was found to be another than was believed. */
    synchronized void forget(FileStatus file) {
        KnownMailbox gone = known.remove(Place.of(file));
        if (gone != null) {
            memory -= gone.memory();
        }
    }
}

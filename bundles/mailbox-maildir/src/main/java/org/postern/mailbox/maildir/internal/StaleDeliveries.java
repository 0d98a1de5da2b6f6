package org.postern.mailbox.maildir.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.storage.EntryPage;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes from tmp what deliveries left behind that died: files that nobody has touched for 36
 * hours, the time that the format's rules give a delivery. Both times count, because a program may
 * set a file's mtime to its message's date, but not its ctime. A login never waits long for this,
 * nor fails by it.
 */
final class StaleDeliveries {
    private static final Logger LOG = LoggerFactory.getLogger(StaleDeliveries.class);
    private static final Duration AGE = Duration.ofHours(36);
    // Each session takes some away; a heap of them is gone after a few.
    private static final int MAX_REMOVED = 1_000;
    private static final int MAX_PAGES = 10;

    private final MailStorage storage;
    private final Instant limit;

    StaleDeliveries(MailStorage storage, InstantSource clock) {
        this.storage = storage;
        this.limit = clock.instant().minus(AGE);
    }

    void remove() {
        try {
            List<MailEntry> stale = find();
            for (List<MailEntry> batch : Batches.of(stale)) {
                Batches.unlink(storage, batch);
            }
            if (!stale.isEmpty()) {
                LOG.debug("removed up to {} stale files from a Maildir's tmp", stale.size());
            }
        } catch (StorageException | MailboxException failed) {
            LOG.debug("a Maildir's tmp is not cleaned for now", failed);
        }
    }

    private List<MailEntry> find() throws StorageException, MailboxException {
        List<MailEntry> stale = new ArrayList<>();
        Listing.directory(
                storage,
                MailDirectory.TMP,
                MAX_PAGES,
                (entry, listed) -> {
                    if (stale.size() < MAX_REMOVED && isStale(listed)) {
                        stale.add(entry);
                    }
                });
        return stale;
    }

    private boolean isStale(EntryPage.Listed listed) {
        FileStatus status = listed.status();
        return !MaildirName.isHidden(listed.name())
                && status.type() == FileType.REGULAR
                && Instants.of(status.modifiedNanos()).isBefore(limit)
                && Instants.of(status.changedNanos()).isBefore(limit);
    }
}

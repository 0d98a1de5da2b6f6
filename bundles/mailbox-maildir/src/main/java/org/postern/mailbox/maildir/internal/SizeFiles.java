package org.postern.mailbox.maildir.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postern.api.data.IndexDirectory;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.posix.Posix;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link KnownSizes} of large Maildirs on disk, for the first login after a restart. */
final class SizeFiles {
    static final String DIRECTORY = "maildir-index";

    /**
     * Messages that are counted in as much time as it takes to write what is known of some ten
     * thousand: only an opening that had to count so many writes.
     */
    static final int LEAST_MESSAGES = 1_000;

    /** The same for messages that are large. */
    static final long LEAST_OCTETS = 16L << 20;

    /**
     * Nanoseconds: a file that changed a shorter time ago is not written of. What is written to a
     * file is on the disk after half a minute, but its times may be there before: after a cut of
     * power they would tell of content that is gone.
     */
    static final long ON_DISK = 60_000_000_000L;

    private final IndexDirectory directory;
    private final int leastMessages;

    /**
     * @param data the server's data directory; without it there are none
     */
    SizeFiles(Posix posix, Optional<Path> data) {
        this(posix, data, LEAST_MESSAGES, LoggerFactory.getLogger(SizeFiles.class));
    }

    /**
     * @param leastMessages that had to be counted
     */
    SizeFiles(Posix posix, Optional<Path> data, int leastMessages, Logger log) {
        this.leastMessages = leastMessages;
        this.directory =
                new IndexDirectory(posix, data, DIRECTORY, warning -> log.warn("{}", warning));
    }

    /** What is known of a Maildir. */
    Optional<KnownSizes> find(
            KnownMaildirs.Place place, MailboxBounds bounds, MaildirSettings settings) {
        return settings.indexDisk() == 0
                ? Optional.empty()
                : directory.find(
                        place.fileName(),
                        (in, size) -> KnownSizes.read(in, size, place, bounds.maxMessages()));
    }

    /**
     * Writes what is known of a Maildir, if it was worth it.
     *
     * @param counted messages that had to be counted for it
     * @param begun when, in nanoseconds since the epoch
     */
    void keep(
            KnownMaildirs.Place place,
            KnownSizes sizes,
            List<Candidate> counted,
            long begun,
            MaildirSettings settings) {
        if (settings.indexDisk() == 0 || !isWorth(counted)) {
            return;
        }
        KnownSizes stored = sizes.unchangedSince(begun - ON_DISK);
        if (stored.count() > 0 && stored.areOn(place)) {
            directory.keep(
                    place.fileName(),
                    KnownSizes.numbers(stored.count()),
                    settings.indexDisk(),
                    out -> stored.write(out, place));
        }
    }

    private boolean isWorth(List<Candidate> counted) {
        return counted.size() >= leastMessages
                || counted.stream().mapToLong(message -> message.status.size()).sum()
                        >= LEAST_OCTETS;
    }

    /** Removes that of a Maildir that was found to be another than was believed. */
    void forget(KnownMaildirs.Place place) {
        directory.forget(place.fileName());
    }
}

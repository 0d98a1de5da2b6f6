package org.postern.mailbox.mbox.internal;

import java.nio.file.Path;
import java.util.Optional;
import org.postern.api.data.IndexDirectory;
import org.postern.api.data.OwnDirectory;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.Posix;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known of large mailboxes on disk, an {@link IndexFile} each. For any thread. */
final class IndexFiles {
    static final String DIRECTORY = "mbox-index";

    /**
     * Octets of a mailbox from which on a file is written: a smaller one is read as soon as its
     * index would be.
     */
    static final long LEAST = 16L << 20;

    private final IndexDirectory directory;
    private final long least;
    private final Logger log;

    /**
     * @param data the server's data directory; without it there are none
     */
    IndexFiles(Posix posix, Optional<Path> data) {
        this(posix, data, LEAST, LoggerFactory.getLogger(IndexFiles.class));
    }

    /**
     * @param least octets of a mailbox that is worth it
     */
    IndexFiles(Posix posix, Optional<Path> data, long least, Logger log) {
        this.directory =
                new IndexDirectory(posix, data, DIRECTORY, warning -> log.warn("{}", warning));
        this.least = least;
        this.log = log;
    }

    /** What is known of a mailbox file that looks so now, to be extended. */
    Optional<KnownMailbox> find(FileStatus mailbox, MailboxBounds bounds, MboxSettings settings) {
        if (settings.indexDisk() == 0) {
            return Optional.empty();
        }
        Optional<KnownMailbox> known =
                directory.find(
                        OwnDirectory.name(mailbox),
                        (in, size) ->
                                IndexFile.read(
                                        in,
                                        size,
                                        mailbox,
                                        settings.uniqueIds(),
                                        bounds.maxMessages()));
        if (known.isPresent() && !known.get().mayBegin(mailbox)) {
            outdated(mailbox);
            return Optional.empty();
        }
        return known;
    }

    /** Whether there is anything of a mailbox file, of use or not. */
    boolean has(FileStatus mailbox, MboxSettings settings) {
        return settings.indexDisk() > 0 && directory.has(OwnDirectory.name(mailbox));
    }

    /** Writes what was read, if the mailbox is large enough. */
    void keep(KnownMailbox read, MboxSettings settings) {
        int messages = read.snapshot().count();
        if (read.status().size() >= least && messages > 1) {
            directory.keep(
                    OwnDirectory.name(read.status()),
                    IndexFile.numbers(messages),
                    settings.indexDisk(),
                    out -> IndexFile.write(out, read));
        }
    }

    /** Removes that of a mailbox that is written to. */
    void forget(FileStatus mailbox) {
        directory.forget(OwnDirectory.name(mailbox));
    }

    /** Removes that of a mailbox which was found to be another than it says. */
    void outdated(FileStatus mailbox) {
        FileName name = OwnDirectory.name(mailbox);
        if (directory.forget(name)) {
            log.info("{} is outdated, and the mailbox is read whole", directory.described(name));
        }
    }
}

package org.postern.mailbox.mbox.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.NamePage;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of large mailboxes, in a directory of the server's own, so that the first login
 * after a restart need not read them whole. One file for each mailbox file, named by device and
 * inode; bounded by all their octets, and the one that was written longest ago goes first.
 *
 * <p>Nothing hangs on them: they are not synced, one that is torn or wrong is removed with a line
 * in the log, and where none can be written none is. Safe for any number of threads.
 */
final class IndexFiles {
    static final String DIRECTORY = "mbox-index";

    /**
     * Octets of a mailbox from which on a file is written: a smaller one is read as soon as its
     * index would be.
     */
    static final long LEAST = 16L << 20;

    private static final String UNFINISHED = ".new-";

    private final Posix posix;
    private final Optional<Path> data;
    private final BlockBuffers buffers;
    private final long least;
    private final Logger log;
    // Octets, oldest first; once the directory was listed.
    private Optional<Map<FileName, Long>> files = Optional.empty();
    private long octets;
    private boolean complained;

    /**
     * @param data the server's data directory; without it there are none
     */
    IndexFiles(Posix posix, Optional<Path> data, BlockBuffers buffers) {
        this(posix, data, buffers, LEAST, LoggerFactory.getLogger(IndexFiles.class));
    }

    /**
     * @param least octets of a mailbox that is worth it
     */
    IndexFiles(Posix posix, Optional<Path> data, BlockBuffers buffers, long least, Logger log) {
        this.posix = posix;
        this.data = data;
        this.buffers = buffers;
        this.least = least;
        this.log = log;
    }

    /** What is known of a mailbox file that looks so now, to be extended. */
    Optional<KnownMailbox> find(FileStatus mailbox, MailboxBounds bounds, MboxSettings settings) {
        if (!has(mailbox, settings)) {
            return Optional.empty();
        }
        FileName name = OwnDirectory.name(mailbox);
        try (DirectoryHandle there = OwnDirectory.open(posix, data.get(), DIRECTORY);
                FileHandle file = there.open(name, OpenMode.READ)) {
            FileStatus status = file.status();
            OwnDirectory.requireOwn(posix, status, FileType.REGULAR);
            Optional<KnownMailbox> known =
                    IndexFile.read(
                            file,
                            status.size(),
                            mailbox,
                            settings.uniqueIds(),
                            bounds.maxMessages(),
                            buffers);
            if (known.isEmpty()) {
                discard(name, "it is damaged, or not of this mailbox, server and configuration");
            } else if (!known.get().mayBegin(mailbox)) {
                outdated(mailbox);
                return Optional.empty();
            }
            return known;
        } catch (PosixException failed) {
            discard(name, failed.getMessage());
            return Optional.empty();
        }
    }

    /** Whether there is anything of a mailbox file, of use or not. */
    synchronized boolean has(FileStatus mailbox, MboxSettings settings) {
        if (settings.indexDisk() == 0 || data.isEmpty()) {
            return false;
        }
        try {
            return listed().containsKey(OwnDirectory.name(mailbox));
        } catch (PosixException failed) {
            complain(failed);
            return false;
        }
    }

    /** Writes what was read, if the mailbox is large enough. */
    synchronized void keep(KnownMailbox read, MboxSettings settings) {
        long size = IndexFile.size(read.snapshot().count());
        boolean worth = read.status().size() >= least && read.snapshot().count() > 1;
        if (data.isEmpty() || !worth || size > settings.indexDisk()) {
            return;
        }
        FileName name = OwnDirectory.name(read.status());
        try (DirectoryHandle there = OwnDirectory.open(posix, data.get(), DIRECTORY)) {
            Map<FileName, Long> known = listed();
            remove(there, name);
            for (Iterator<FileName> oldest = List.copyOf(known.keySet()).iterator();
                    octets + size > settings.indexDisk(); ) {
                remove(there, oldest.next());
            }
            FileName fresh = FileName.of(UNFINISHED + name);
            OwnDirectory.remove(there, fresh);
            try (FileHandle file = there.create(fresh, OwnDirectory.PRIVATE_FILE)) {
                IndexFile.write(file, read, buffers);
            }
            there.rename(fresh, there, name);
            known.put(name, size);
            octets += size;
        } catch (PosixException failed) {
            complain(failed);
        }
    }

    /** Removes that of a mailbox that is written to. */
    synchronized void forget(FileStatus mailbox) {
        FileName name = OwnDirectory.name(mailbox);
        if (files.isEmpty() || !files.get().containsKey(name)) {
            return;
        }
        try (DirectoryHandle there = OwnDirectory.open(posix, data.orElseThrow(), DIRECTORY)) {
            remove(there, name);
        } catch (PosixException failed) {
            complain(failed);
        }
    }

    /** Removes that of a mailbox which was found to be another than it says. */
    synchronized void outdated(FileStatus mailbox) {
        FileName name = OwnDirectory.name(mailbox);
        if (files.isPresent() && files.get().containsKey(name)) {
            log.info(
                    "{} in {} is outdated, and the mbox is read whole",
                    name,
                    data.orElseThrow().resolve(DIRECTORY));
            forget(mailbox);
        }
    }

    private synchronized void discard(FileName name, String why) {
        log.warn(
                "{} in {} is not used, and the mbox is read whole: {}",
                name,
                data.orElseThrow().resolve(DIRECTORY),
                why);
        try (DirectoryHandle there = OwnDirectory.open(posix, data.orElseThrow(), DIRECTORY)) {
            remove(there, name);
        } catch (PosixException failed) {
            complain(failed);
        }
    }

    private void remove(DirectoryHandle there, FileName name) throws PosixException {
        OwnDirectory.remove(there, name);
        Long gone = files.isPresent() ? files.get().remove(name) : null;
        octets -= gone == null ? 0 : gone;
    }

    private record Found(FileName name, FileStatus status) {}

    private Map<FileName, Long> listed() throws PosixException {
        if (files.isPresent()) {
            return files.get();
        }
        List<Found> found = new ArrayList<>();
        try (DirectoryHandle there = OwnDirectory.open(posix, data.orElseThrow(), DIRECTORY)) {
            OptionalLong next = OptionalLong.of(0);
            while (next.isPresent()) {
                NamePage page = there.list(next.getAsLong());
                for (FileName name : page.names()) {
                    if (name.toString().startsWith(UNFINISHED)) {
                        OwnDirectory.remove(there, name);
                    } else {
                        found.add(new Found(name, there.status(name)));
                    }
                }
                next = page.next();
            }
        }
        found.sort(Comparator.comparingLong(file -> file.status().modifiedNanos()));
        Map<FileName, Long> listed = new LinkedHashMap<>();
        for (Found file : found) {
            listed.put(file.name(), file.status().size());
            octets += file.status().size();
        }
        files = Optional.of(listed);
        return listed;
    }

    private void complain(PosixException why) {
        if (!complained) {
            complained = true;
            log.warn(
                    "{} cannot be used, so large mboxes are read whole after a restart: {}",
                    data.orElseThrow().resolve(DIRECTORY),
                    why.getMessage());
        }
    }
}

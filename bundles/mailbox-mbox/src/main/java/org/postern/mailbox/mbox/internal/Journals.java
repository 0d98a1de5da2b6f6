package org.postern.mailbox.mbox.internal;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.api.data.OwnDirectory;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journals of rewrites that are under way or were cut off, in a directory of the server's own:
 * one file for each mailbox file, named by its device and inode. Whose mailbox is torn is known
 * without looking: nobody else writes there, and what was left is found at the beginning. But a
 * disk may have another number after a restart: then the mailbox's content tells.
 *
 * <p>A journal is made, read and removed under the exclusive lock on its mailbox. Safe for any
 * number of threads.
 */
final class Journals {
    static final String DIRECTORY = "mbox-journal";

    // A file of this beginning never was a journal: it was being written.
    private static final String ASIDE = ".aside";

    private final Posix posix;
    private final Optional<Path> data;
    private final Logger log;
    private final Set<FileName> left = new HashSet<>();
    // Of these, those that an earlier process left and no mailbox has claimed yet.
    private final Set<FileName> unclaimed = new HashSet<>();
    // By what a journal of the mailbox is called now, what those are called that are its own.
    private final Map<FileName, FileName> claimed = new HashMap<>();
    // Names of mailboxes with that of an unclaimed journal, which is not theirs.
    private final Set<String> declined = new HashSet<>();
    private boolean listed;

    /**
     * @param data the server's data directory, if it has one
     */
    Journals(Posix posix, Optional<Path> data) {
        this(posix, data, LoggerFactory.getLogger(Journals.class));
    }

    Journals(Posix posix, Optional<Path> data, Logger log) {
        this.posix = posix;
        this.data = data;
        this.log = log;
    }

    /** Whether a rewrite of this file is not at its end, or may not be: {@link #candidates}. */
    synchronized boolean isTorn(FileStatus mailbox) throws MailboxException {
        list();
        return !left.isEmpty() && (isLeft(mailbox) || !candidates(mailbox).isEmpty());
    }

    /**
     * Journals that an earlier process left for a file of the same inode on another device. They
     * are this one's if its disk has another number since; nobody knows who has not compared its
     * content.
     */
    synchronized List<FileName> candidates(FileStatus mailbox) throws MailboxException {
        list();
        if (unclaimed.isEmpty() || isLeft(mailbox)) {
            return List.of();
        }
        return unclaimed.stream()
                .filter(it -> OwnDirectory.isOfInode(it, mailbox))
                .filter(it -> !declined.contains(pair(it, mailbox)))
                .toList();
    }

    /** A candidate's journal; empty if it is damaged. */
    synchronized Optional<Journal> candidate(
            FileName candidate, FileStatus mailbox, BlockBuffers buffers) throws MailboxException {
        try (DirectoryHandle there = open()) {
            Optional<FileHandle> file = openIfThere(there, candidate);
            return file.isEmpty() ? Optional.empty() : Journal.read(file.get(), mailbox, buffers);
        } catch (PosixException failed) {
            throw unreadable(failed);
        }
    }

    /** It is not this file's. */
    synchronized void decline(FileName candidate, FileStatus mailbox) {
        declined.add(pair(candidate, mailbox));
    }

    /**
     * It is this file's. Its name stays: were it changed, a cut of power could lose the old one and
     * the new.
     */
    synchronized void claim(FileName candidate, FileStatus mailbox) {
        claimed.put(OwnDirectory.name(mailbox), candidate);
        unclaimed.remove(candidate);
        log.warn(
                "The disk of a torn mbox (now device {}, inode {}) had another number when its"
                        + " deletion was cut off: {} is its journal",
                mailbox.device(),
                mailbox.inode(),
                candidate);
    }

    private FileName nameOf(FileStatus mailbox) {
        FileName name = OwnDirectory.name(mailbox);
        return claimed.getOrDefault(name, name);
    }

    // A journal of this name may have been claimed by another mailbox.
    private boolean isLeft(FileStatus mailbox) {
        FileName name = OwnDirectory.name(mailbox);
        return claimed.containsKey(name) || (left.contains(name) && !claimed.containsValue(name));
    }

    private void forget(FileName name) {
        left.remove(name);
        unclaimed.remove(name);
        claimed.values().remove(name);
    }

    private static String pair(FileName candidate, FileStatus mailbox) {
        return candidate + " " + OwnDirectory.name(mailbox);
    }

    /**
     * Makes one, so that the rewrite may begin.
     *
     * @param durable whether a cut of power must not lose it
     * @throws MailboxException if there is no place for it
     */
    synchronized Journal create(
            FileStatus mailbox, Journal.Content content, boolean durable, BlockBuffers buffers)
            throws MailboxException {
        FileName name = OwnDirectory.name(mailbox);
        FileName unfinished = OwnDirectory.unfinished(name);
        Optional<Journal> journal = Optional.empty();
        boolean named = false;
        boolean made = false;
        try (DirectoryHandle there = open()) {
            OwnDirectory.remove(there, unfinished);
            FileHandle file = there.create(unfinished, OwnDirectory.PRIVATE_FILE);
            journal = Optional.of(Journal.write(file, mailbox, content, buffers));
            if (durable) {
                journal.get().sync();
            }
            there.rename(unfinished, there, name);
            left.add(name);
            named = true;
            if (durable) {
                there.sync();
            }
            made = true;
            return journal.get();
        } catch (PosixException failed) {
            throw new MailboxException(
                    MailboxException.Kind.UNAVAILABLE,
                    "no journal can be written to "
                            + place()
                            + ", and without one the mbox is not touched: "
                            + failed.getMessage(),
                    failed);
        } finally {
            if (!made) {
                journal.ifPresent(Journal::close);
                if (named) {
                    remove(mailbox);
                } else {
                    discard(unfinished);
                }
            }
        }
    }

    // Where a disk is full, it is not this that should keep it so.
    private void discard(FileName unfinished) {
        try (DirectoryHandle there = open()) {
            OwnDirectory.remove(there, unfinished);
        } catch (PosixException failed) {
            log.debug("what is left of a journal stays for now", failed);
        }
    }

    /** Brings their names to stable storage. */
    void sync() throws PosixException {
        try (DirectoryHandle there = open()) {
            there.sync();
        }
    }

    /**
     * The journal of a torn mailbox; empty if it is damaged, and then it is put aside.
     *
     * @throws MailboxException if it cannot be read
     */
    synchronized Optional<Journal> find(FileStatus mailbox, BlockBuffers buffers)
            throws MailboxException {
        FileName name = nameOf(mailbox);
        try (DirectoryHandle there = open()) {
            Optional<FileHandle> file = openIfThere(there, name);
            unclaimed.remove(name);
            if (file.isEmpty()) {
                forget(name);
                return Optional.empty();
            }
            Optional<Journal> journal = Journal.read(file.get(), mailbox, buffers);
            if (journal.isEmpty()) {
                putAside(mailbox, "it is damaged, or another mailbox's");
            }
            return journal;
        } catch (PosixException failed) {
            throw unreadable(failed);
        }
    }

    // Somebody may have removed the file. A directory that is gone says nothing of the mailbox.
    private static Optional<FileHandle> openIfThere(DirectoryHandle there, FileName name)
            throws PosixException {
        try {
            return Optional.of(there.open(name, OpenMode.READ_WRITE));
        } catch (PosixException failed) {
            if (failed.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    /** Its rewrite is at its end. Where it cannot be removed, the next one to find it sees that. */
    synchronized void remove(FileStatus mailbox) {
        FileName name = nameOf(mailbox);
        try (DirectoryHandle there = open()) {
            OwnDirectory.remove(there, name);
            forget(name);
        } catch (PosixException failed) {
            log.warn("A journal that is done with stays in {}: {}", place(), failed.getMessage());
        }
    }

    /** It is no journal of this file as it is: it is kept for a person to look at. */
    synchronized void putAside(FileStatus mailbox, String why) throws MailboxException {
        FileName name = nameOf(mailbox);
        FileName aside = FileName.of(name + ASIDE);
        try (DirectoryHandle there = open()) {
            OwnDirectory.remove(there, aside);
            there.rename(name, there, aside);
            forget(name);
        } catch (PosixException failed) {
            throw unreadable(failed);
        }
        log.error(
                "The journal of an mbox whose deletion was cut off is not used: {}. The mbox"
                        + " (device {}, inode {}) is taken as it is, the journal is kept as {} in"
                        + " {}",
                why,
                mailbox.device(),
                mailbox.inode(),
                aside,
                place());
    }

    private DirectoryHandle open() throws PosixException {
        if (data.isEmpty()) {
            throw new PosixException("open", Errno.ENOENT);
        }
        return OwnDirectory.open(posix, data.get(), DIRECTORY);
    }

    // Once: whoever cannot tell whether a mailbox is torn must not read it.
    private void list() throws MailboxException {
        if (listed || data.isEmpty()) {
            return;
        }
        try (DirectoryHandle there = open()) {
            list(there);
            listed = true;
        } catch (PosixException failed) {
            throw unreadable(failed);
        }
    }

    private void list(DirectoryHandle there) throws PosixException {
        for (FileName name : OwnDirectory.list(there)) {
            if (!name.toString().endsWith(ASIDE)) {
                left.add(name);
                unclaimed.add(name);
            }
        }
        if (!left.isEmpty()) {
            log.warn(
                    "Deletions in {} mboxes were cut off; each is ended when its mailbox is opened"
                            + " next",
                    left.size());
        }
    }

    private MailboxException unreadable(PosixException failed) {
        return new MailboxException(
                MailboxException.Kind.UNAVAILABLE,
                "the journals in "
                        + place()
                        + " cannot be read, so nobody knows whether the mbox is whole: "
                        + failed.getMessage(),
                failed);
    }

    private String place() {
        return data.map(path -> path.resolve(DIRECTORY).toString())
                .orElse("the data directory, which is not set");
    }
}

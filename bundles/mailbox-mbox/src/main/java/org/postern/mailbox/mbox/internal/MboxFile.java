package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.util.Optional;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.PosixException;
import org.postern.api.storage.MailStorage;

/**
 * An open mailbox file, its status when it was last known to hold the snapshot's messages, and
 * whether they were all compared then.
 */
final class MboxFile implements AutoCloseable {
    private final MailStorage storage;
    private final FileHandle handle;
    private final boolean writable;
    private FileStatus known;
    private boolean sampled;

    /**
     * @param writable whether the handle is the storage's for the update: it was asked for already
     * @param sampled whether only some messages were compared
     */
    MboxFile(
            MailStorage storage,
            FileHandle handle,
            boolean writable,
            FileStatus known,
            boolean sampled) {
        this.sampled = sampled;
        this.storage = storage;
        this.handle = handle;
        this.writable = writable;
        this.known = known;
    }

    /** A handle for the session's one update. */
    FileHandle openForUpdate() throws IOException {
        return writable ? handle.duplicate() : storage.openForUpdate(known);
    }

    FileHandle handle() {
        return handle;
    }

    FileStatus known() {
        return known;
    }

    /** Whether each message has still to be compared before it is used. */
    boolean isSampled() {
        return sampled;
    }

    /** Tells that all messages were compared. */
    void know(FileStatus status) {
        known = status;
        sampled = false;
    }

    /**
     * Looks whether this still is the mailbox, once its status has changed: renaming and removing a
     * file changes its ctime, so there is no need to look at the directory each time.
     */
    void requireInPlace() throws IOException, MailboxException {
        Optional<FileHandle> there = storage.openMailbox();
        if (there.isEmpty()) {
            throw Verification.changed("the mbox has been removed");
        }
        try (FileHandle found = there.get()) {
            if (!found.status().isSameFile(known)) {
                throw Verification.changed("another file has taken the mbox's place");
            }
        }
    }

    /** Unlocks and closes. */
    static void release(FileHandle handle) {
        try {
            unlock(handle);
        } finally {
            handle.close();
        }
    }

    /** Releases the locks; where that fails, by closing. */
    static void unlock(FileHandle handle) {
        try {
            handle.unlock();
        } catch (PosixException failed) {
            handle.close();
        }
    }

    @Override
    public void close() {
        handle.close();
    }
}

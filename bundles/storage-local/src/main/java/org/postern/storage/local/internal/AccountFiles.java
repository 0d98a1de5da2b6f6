package org.postern.storage.local.internal;

import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.PosixException;
import org.postern.api.storage.Opened;
import org.postern.api.storage.StorageException;
import org.postern.api.storage.StorageException.Kind;

/**
 * Opens what is the account's own, and says of anything else why not. A second hard link could be
 * somebody else's way to have a file of this user read, rewritten or truncated as if it were mail;
 * another owner's file could be somebody else's trap.
 */
final class AccountFiles {
    private final long owner;

    AccountFiles(long owner) {
        this.owner = owner;
    }

    /** Opens and then checks on the descriptor, so that nothing can be exchanged in between. */
    FileHandle open(DirectoryHandle directory, FileName name, OpenMode mode, String subject)
            throws StorageException {
        return checked(directory, name, mode, subject).handle();
    }

    /** The same, with the status that was checked. */
    Opened.File checked(DirectoryHandle directory, FileName name, OpenMode mode, String subject)
            throws StorageException {
        FileHandle handle;
        try {
            handle = directory.open(name, mode);
        } catch (PosixException failed) {
            throw explained(directory, name, subject, failed);
        }
        boolean accepted = false;
        try {
            FileStatus status = handle.status();
            requireOwn(status, subject);
            accepted = true;
            return new Opened.File(handle, status);
        } catch (PosixException failed) {
            throw Failures.of(subject, failed);
        } finally {
            if (!accepted) {
                handle.close();
            }
        }
    }

    private void requireOwn(FileStatus status, String subject) throws StorageException {
        if (status.type() != FileType.REGULAR) {
            throw refused(subject, "is " + Failures.description(status.type()));
        }
        if (status.owner() != owner) {
            throw refused(subject, "belongs to another user");
        }
        if (status.links() > 1) {
            throw refused(subject, "has " + status.links() + " hard links");
        }
        if (status.links() < 1) {
            throw new StorageException(Kind.MISSING, subject + " has just been removed");
        }
    }

    // The open failed, so this can only find a better reason, never a permission.
    private StorageException explained(
            DirectoryHandle directory, FileName name, String subject, PosixException failed) {
        if (Failures.kind(failed.errno()) == Kind.NOT_PERMITTED) {
            try {
                requireOwn(directory.status(name), subject);
            } catch (StorageException reason) {
                reason.addSuppressed(failed);
                return reason;
            } catch (PosixException unknown) {
                failed.addSuppressed(unknown);
            }
        }
        if (failed.errno() == Errno.ENOENT) {
            return new StorageException(Kind.MISSING, subject + " does not exist", failed);
        }
        return Failures.of(subject, failed);
    }

    private static StorageException refused(String subject, String reason) {
        return new StorageException(Kind.NOT_PERMITTED, subject + " " + reason);
    }
}

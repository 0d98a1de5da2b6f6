package org.postern.storage.local.internal;

import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileType;
import org.postern.api.posix.PosixException;
import org.postern.api.storage.EntryResult;
import org.postern.api.storage.StorageException;
import org.postern.api.storage.StorageException.Kind;

/** What a failed system call means to whoever wants mail. */
final class Failures {
    private Failures() {}

    static StorageException of(String subject, PosixException failed) {
        return new StorageException(
                kind(failed.errno()), subject + " is out of reach: " + failed.getMessage(), failed);
    }

    /** Opens a directory by one component, or says what is in its place. */
    static DirectoryHandle openDirectory(DirectoryHandle parent, FileName name, String subject)
            throws StorageException {
        try {
            return parent.openDirectory(name);
        } catch (PosixException failed) {
            if (failed.errno() == Errno.ENOTDIR || failed.errno() == Errno.ELOOP) {
                throw new StorageException(
                        Kind.NOT_PERMITTED, subject + " is " + whatIs(parent, name), failed);
            }
            throw of(subject, failed);
        }
    }

    // For the log alone: it may be another thing by now.
    private static String whatIs(DirectoryHandle parent, FileName name) {
        try {
            return description(parent.status(name).type());
        } catch (PosixException unknown) {
            return "not a directory";
        }
    }

    static Kind kind(Errno errno) {
        return switch (errno) {
            case ENOENT -> Kind.MISSING;
            case EPERM, EACCES, ELOOP, ENOTDIR, EISDIR, ENXIO, ENODEV -> Kind.NOT_PERMITTED;
            case EEXIST -> Kind.EXISTS;
            case ENOSPC, EDQUOT -> Kind.FULL;
            default -> Kind.UNAVAILABLE;
        };
    }

    static EntryResult result(Kind kind) {
        return switch (kind) {
            case MISSING -> EntryResult.MISSING;
            case EXISTS -> EntryResult.EXISTS;
            case NOT_PERMITTED -> EntryResult.NOT_PERMITTED;
            case CHANGED, FULL, UNAVAILABLE -> EntryResult.FAILED;
        };
    }

    static String description(FileType type) {
        return switch (type) {
            case REGULAR -> "a regular file";
            case DIRECTORY -> "a directory";
            case SYMBOLIC_LINK -> "a symbolic link";
            case FIFO -> "a FIFO";
            case SOCKET -> "a socket";
            case CHARACTER_DEVICE, BLOCK_DEVICE -> "a device";
            case UNKNOWN -> "of an unknown type";
        };
    }
}

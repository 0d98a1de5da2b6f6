package org.postern.mailbox.mbox.internal;

import java.nio.file.Path;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;

/**
 * Directories of the server's own, in its data directory, with a file for each of some mailbox
 * files. Whoever else could write there would decide what becomes of mail.
 */
final class OwnDirectory {
    /** For files in there. */
    static final int PRIVATE_FILE = 0600;

    private static final int PRIVATE_DIRECTORY = 0700;
    private static final int OTHERS = 077;

    private OwnDirectory() {}

    /**
     * Opens one; makes it if it is not there.
     *
     * @throws PosixException EACCES if it is not the server's own
     */
    static DirectoryHandle open(Posix posix, Path data, String directory) throws PosixException {
        FileName name = FileName.of(directory);
        try (DirectoryHandle parent = posix.openDirectory(data)) {
            try {
                parent.createDirectory(name, PRIVATE_DIRECTORY);
                parent.sync();
            } catch (PosixException there) {
                if (there.errno() != Errno.EEXIST) {
                    throw there;
                }
            }
            DirectoryHandle opened = parent.openDirectory(name);
            boolean fit = false;
            try {
                requireOwn(posix, opened.status(), FileType.DIRECTORY);
                fit = true;
                return opened;
            } finally {
                if (!fit) {
                    opened.close();
                }
            }
        }
    }

    /**
     * @throws PosixException EACCES if it is not the server's own
     */
    static void requireOwn(Posix posix, FileStatus status, FileType type) throws PosixException {
        if (status.type() != type
                || status.owner() != posix.privileges().effectiveUser()
                || (status.permissions() & OTHERS) != 0) {
            throw new PosixException(
                    "it is not the server's own (chown it to the server's user, chmod 700)",
                    Errno.EACCES);
        }
    }

    /** What a mailbox file's own is called. */
    static FileName name(FileStatus mailbox) {
        return FileName.of(
                Long.toHexString(mailbox.device()) + '-' + Long.toHexString(mailbox.inode()));
    }

    /** Whether something is called so as that of a file of this inode, on whatever device. */
    static boolean isOfInode(FileName name, FileStatus mailbox) {
        return name.toString().endsWith('-' + Long.toHexString(mailbox.inode()));
    }

    /** Removes a file, if it is there. */
    static void remove(DirectoryHandle directory, FileName name) throws PosixException {
        try {
            directory.unlink(name);
        } catch (PosixException failed) {
            if (failed.errno() != Errno.ENOENT) {
                throw failed;
            }
        }
    }
}

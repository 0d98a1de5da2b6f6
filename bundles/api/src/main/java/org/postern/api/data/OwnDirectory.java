package org.postern.api.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.NamePage;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;

/**
 * Directories of the server's own, in its data directory, with a file for each of some mailboxes.
 * Whoever else could write there would decide what becomes of mail.
 */
public final class OwnDirectory {
    /** The mode of files in there. */
    public static final int PRIVATE_FILE = 0600;

    private static final int PRIVATE_DIRECTORY = 0700;
    private static final int OTHERS = 077;
    private static final String UNFINISHED = ".new-";

    private OwnDirectory() {}

    /**
     * Opens one; makes it, mode 0700, if it is not there.
     *
     * @param data the data directory
     * @param directory its name in there
     * @throws PosixException EACCES if it is not the server's own
     */
    public static DirectoryHandle open(Posix posix, Path data, String directory)
            throws PosixException {
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
     * Refuses what others could have made or written.
     *
     * @throws PosixException EACCES if it is not the server's own
     */
    public static void requireOwn(Posix posix, FileStatus status, FileType type)
            throws PosixException {
        if (status.type() != type
                || status.owner() != posix.privileges().effectiveUser()
                || (status.permissions() & OTHERS) != 0) {
            throw new PosixException(
                    "it is not the server's own (chown it to the server's user, chmod 700)",
                    Errno.EACCES);
        }
    }

    /** What the file of a mailbox is called: the mailbox is told by a file or directory of its. */
    public static FileName name(FileStatus mailbox) {
        return name(mailbox.device(), mailbox.inode());
    }

    /** As {@link #name(FileStatus)}. */
    public static FileName name(long device, long inode) {
        return FileName.of(Long.toHexString(device) + '-' + Long.toHexString(inode));
    }

    /** Whether a name is that for a mailbox of this inode, on whatever device. */
    public static boolean isOfInode(FileName name, FileStatus mailbox) {
        return name.toString().endsWith('-' + Long.toHexString(mailbox.inode()));
    }

    /** What a file is called until it is whole, and gets its name. */
    public static FileName unfinished(FileName name) {
        return FileName.of(UNFINISHED + name);
    }

    /** Lists all files, and removes those that were never finished. */
    public static List<FileName> list(DirectoryHandle directory) throws PosixException {
        List<FileName> finished = new ArrayList<>();
        OptionalLong next = OptionalLong.of(0);
        while (next.isPresent()) {
            NamePage page = directory.list(next.getAsLong());
            for (FileName name : page.names()) {
                if (name.toString().startsWith(UNFINISHED)) {
                    remove(directory, name);
                } else {
                    finished.add(name);
                }
            }
            next = page.next();
        }
        return finished;
    }

    /** Removes a file, if it is there. */
    public static void remove(DirectoryHandle directory, FileName name) throws PosixException {
        try {
            directory.unlink(name);
        } catch (PosixException failed) {
            if (failed.errno() != Errno.ENOENT) {
                throw failed;
            }
        }
    }
}

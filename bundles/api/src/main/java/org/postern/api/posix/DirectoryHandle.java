package org.postern.api.posix;

import org.osgi.annotation.versioning.ProviderType;

/**
 * An open directory. Names are single components; no call follows a symbolic link, waits for a
 * FIFO, becomes a controlling terminal's session or leaks over exec (O_NOFOLLOW, O_NONBLOCK,
 * O_NOCTTY, O_CLOEXEC). What kind of file was opened is for the caller to check with {@link
 * FileHandle#status}.
 */
@ProviderType
public interface DirectoryHandle extends AutoCloseable {

    /** fstat(2) of the directory itself. */
    FileStatus status() throws PosixException;

    /** fstatat(2) of an entry, of a link itself and not of what it points to. */
    FileStatus status(FileName name) throws PosixException;

    /** Opens a directory below this one. */
    DirectoryHandle openDirectory(FileName name) throws PosixException;

    /** Opens an existing file. ELOOP if it is a symbolic link. */
    FileHandle open(FileName name, OpenMode mode) throws PosixException;

    /**
     * Creates a file that must not exist yet (O_EXCL), for reading and writing.
     *
     * @param permissions the lower nine bits of the mode; the umask is applied by the system
     */
    FileHandle create(FileName name, int permissions) throws PosixException;

    /** Creates a directory that must not exist yet. */
    void createDirectory(FileName name, int permissions) throws PosixException;

    /**
     * Reads entries from a position on, "." and ".." left out.
     *
     * @param position 0, or {@link NamePage#next} of the page before
     * @return at most about 1,000 names
     */
    NamePage list(long position) throws PosixException;

    /**
     * Renames; EEXIST if the new name is taken (RENAME_NOREPLACE). Atomic. Where the file system
     * cannot do both at once, as NFS, it is looked before whether the name is taken.
     */
    void rename(FileName name, DirectoryHandle newDirectory, FileName newName)
            throws PosixException;

    /** unlink(2). */
    void unlink(FileName name) throws PosixException;

    /** fsync(2): renames and unlinks done so far are on stable storage when this returns. */
    void sync() throws PosixException;

    /** Closes the descriptor once; more calls do nothing. */
    @Override
    void close();
}

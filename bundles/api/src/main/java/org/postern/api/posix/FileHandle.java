package org.postern.api.posix;

import java.nio.ByteBuffer;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An open file: a descriptor, and the open file description behind it that owns the locks.
 *
 * <p>One thread at a time, but that any number of them may {@link #read} side by side, and {@link
 * #write} octets that no other one reads or writes meanwhile. Reading and writing are positional;
 * there is no file offset to share. After {@link #close} every other method throws {@link
 * PosixException} with EBADF, so a number that the system has given to another file is never used.
 */
@ConsumerType
public interface FileHandle extends AutoCloseable {

    /** fstat(2). */
    FileStatus status() throws PosixException;

    /**
     * pread(2) into the remaining space of a direct buffer, advancing its position.
     *
     * @param target a direct buffer
     * @param position offset in the file, not negative
     * @return octets read, at least 1; or -1 at or after the end of the file
     */
    int read(ByteBuffer target, long position) throws PosixException;

    /**
     * As {@link #read}, but only what lies in memory already: it never waits for a disk or a server
     * (preadv2(2) with RWF_NOWAIT), so an event loop may call it.
     *
     * @return octets read; -1 at or after the end of the file; 0 if it would have to wait, or the
     *     file system cannot tell
     */
    default int readCached(ByteBuffer target, long position) throws PosixException {
        return 0;
    }

    /**
     * pwrite(2) of everything that remains in a direct buffer, advancing its position; a short
     * write is continued.
     *
     * @throws PosixException if not everything could be written; the buffer's position tells how
     *     much was
     */
    void write(ByteBuffer source, long position) throws PosixException;

    /** ftruncate(2). */
    void truncate(long size) throws PosixException;

    /** fsync(2): content, size and times are on stable storage when this returns. */
    void sync() throws PosixException;

    /**
     * Tries to lock the whole file in all these kinds, FCNTL before FLOCK, without waiting. If one
     * cannot be had, those just taken are released before this returns. Locking again replaces the
     * mode.
     *
     * @return whether all of them are held now
     */
    boolean tryLock(LockMode mode, Set<LockKind> kinds) throws PosixException;

    /** Releases every lock that {@link #tryLock} took; does nothing when there is none. */
    void unlock() throws PosixException;

    /**
     * A second handle on the same description, as by dup(2); both must be closed. Locks are shared.
     */
    FileHandle duplicate() throws PosixException;

    /** Closes the descriptor once; more calls do nothing. Locks end with the last duplicate. */
    @Override
    void close();
}

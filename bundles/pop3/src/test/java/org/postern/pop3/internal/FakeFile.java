package org.postern.pop3.internal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.api.posix.PosixException;

/** A file of which only the octets count; it may be without end. */
final class FakeFile implements FileHandle {
    private final FakeMailboxes mailboxes;
    private final byte[] octets;
    private boolean closed;
    private final boolean ahead;

    /**
     * @param ahead whether it was opened ahead, and has to be closed on a worker
     */
    FakeFile(FakeMailboxes mailboxes, byte[] octets, boolean ahead) {
        this.mailboxes = mailboxes;
        this.octets = octets;
        this.ahead = ahead;
        mailboxes.held++;
    }

    @Override
    public int read(ByteBuffer target, long position) throws PosixException {
        mailboxes.requireWorker();
        return copy(target, position);
    }

    @Override
    public int readCached(ByteBuffer target, long position) throws PosixException {
        if (position >= mailboxes.cached) {
            return 0;
        }
        int limit = target.limit();
        long most = Math.min(target.remaining(), mailboxes.cached - position);
        target.limit(target.position() + (int) most);
        try {
            return copy(target, position);
        } finally {
            target.limit(limit);
        }
    }

    private int copy(ByteBuffer target, long position) throws PosixException {
        if (closed || !target.isDirect()) {
            throw new IllegalStateException("closed, or no direct buffer");
        }
        Optional<PosixException> failure = mailboxes.readFailure(position);
        if (failure.isPresent()) {
            throw failure.get();
        }
        int from = (int) (position % octets.length);
        int most = Math.min(target.remaining(), mailboxes.longestRead);
        int count = Math.min(most, octets.length - from);
        target.put(octets, from, count);
        return count;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            mailboxes.held--;
            if (ahead) {
                if (!mailboxes.closedAnywhere) {
                    mailboxes.requireWorker();
                }
                mailboxes.aheadOpen--;
            }
        }
    }

    @Override
    public FileStatus status() throws PosixException {
        throw new PosixException("fstat", Errno.ENOSYS);
    }

    @Override
    public void write(ByteBuffer source, long position) throws PosixException {
        throw new PosixException("pwrite", Errno.ENOSYS);
    }

    @Override
    public void truncate(long size) throws PosixException {
        throw new PosixException("ftruncate", Errno.ENOSYS);
    }

    @Override
    public void sync() throws PosixException {
        throw new PosixException("fsync", Errno.ENOSYS);
    }

    @Override
    public boolean tryLock(LockMode mode, Set<LockKind> kinds) throws PosixException {
        throw new PosixException("fcntl", Errno.ENOSYS);
    }

    @Override
    public void unlock() throws PosixException {
        throw new PosixException("fcntl", Errno.ENOSYS);
    }

    @Override
    public FileHandle duplicate() throws PosixException {
        throw new PosixException("fcntl", Errno.ENOSYS);
    }
}

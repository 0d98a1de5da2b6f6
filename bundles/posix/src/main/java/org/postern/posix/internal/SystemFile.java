package org.postern.posix.internal;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Set;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.api.posix.PosixException;

/** A file behind a descriptor. */
final class SystemFile implements FileHandle {
    private final SystemCalls calls;
    private final Descriptor descriptor;
    // Shared with the duplicates, as the locks are.
    private final Locks locks;

    private SystemFile(SystemCalls calls, int number, Locks locks) {
        this.calls = calls;
        this.descriptor = new Descriptor(calls, number);
        this.locks = locks;
    }

    /** Takes over a descriptor that nobody else closes. */
    static SystemFile of(SystemCalls calls, int number) {
        return new SystemFile(calls, number, new Locks(calls));
    }

    @Override
    public FileStatus status() throws PosixException {
        int number = descriptor.acquire("fstat");
        try {
            return calls.status(number);
        } finally {
            descriptor.release();
        }
    }

    @Override
    public int read(ByteBuffer target, long position) throws PosixException {
        // The kernel writes past Java's own guard.
        if (target.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        long address = checkedAddress(target, position);
        if (!target.hasRemaining()) {
            throw new IllegalArgumentException("no space to read into");
        }
        int number = descriptor.acquire("pread");
        try {
            int octets = calls.pread(number, address, target.remaining(), position);
            target.position(target.position() + octets);
            return octets == 0 ? -1 : octets;
        } finally {
            descriptor.release();
            Reference.reachabilityFence(target);
        }
    }

    @Override
    public void write(ByteBuffer source, long position) throws PosixException {
        long address = checkedAddress(source, position);
        int number = descriptor.acquire("pwrite");
        try {
            int start = source.position();
            while (source.hasRemaining()) {
                int done = source.position() - start;
                int octets =
                        calls.pwrite(number, address + done, source.remaining(), position + done);
                if (octets == 0) {
                    throw new PosixException("pwrite", Errno.EIO);
                }
                source.position(source.position() + octets);
            }
        } finally {
            descriptor.release();
            Reference.reachabilityFence(source);
        }
    }

    private static long checkedAddress(ByteBuffer buffer, long position) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("not a direct buffer");
        }
        if (position < 0) {
            throw new IllegalArgumentException("negative position");
        }
        return NativeMemory.addressOf(buffer);
    }

    @Override
    public void truncate(long size) throws PosixException {
        int number = descriptor.acquire("ftruncate");
        try {
            calls.ftruncate(number, size);
        } finally {
            descriptor.release();
        }
    }

    @Override
    public void sync() throws PosixException {
        int number = descriptor.acquire("fsync");
        try {
            calls.fsync(number);
        } finally {
            descriptor.release();
        }
    }

    @Override
    public boolean tryLock(LockMode mode, Set<LockKind> kinds) throws PosixException {
        int number = descriptor.acquire("lock");
        try {
            return locks.tryLock(number, mode, kinds);
        } finally {
            descriptor.release();
        }
    }

    @Override
    public void unlock() throws PosixException {
        int number = descriptor.acquire("unlock");
        try {
            locks.unlock(number);
        } finally {
            descriptor.release();
        }
    }

    @Override
    public FileHandle duplicate() throws PosixException {
        int number = descriptor.acquire("dup");
        try {
            return new SystemFile(calls, calls.duplicate(number), locks);
        } finally {
            descriptor.release();
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}

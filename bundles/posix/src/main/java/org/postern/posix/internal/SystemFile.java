package org.postern.posix.internal;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.api.posix.PosixException;

/** A file behind a descriptor. */
final class SystemFile implements FileHandle {
    private final SystemCalls calls;
    private final Shared shared;
    // This handle's own view of the number: closing it closes no other handle.
    private final Descriptor descriptor;

    /** What a file's handles have in common: one descriptor, closed with the last of them. */
    private static final class Shared {
        private final SystemCalls calls;
        private final Locks locks;
        private final AtomicInteger handles = new AtomicInteger();

        Shared(SystemCalls calls) {
            this.calls = calls;
            locks = new Locks(calls);
        }

        void close(int number) {
            if (handles.decrementAndGet() == 0) {
                calls.close(number);
            }
        }
    }

    private SystemFile(SystemCalls calls, int number, Shared shared) {
        this.calls = calls;
        this.shared = shared;
        shared.handles.incrementAndGet();
        descriptor = new Descriptor(number, shared::close);
    }

    /** Takes over a descriptor that nobody else closes. */
    static SystemFile of(SystemCalls calls, int number) {
        return new SystemFile(calls, number, new Shared(calls));
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
        long address = spaceAddress(target, position);
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
    public int readCached(ByteBuffer target, long position) throws PosixException {
        long address = spaceAddress(target, position);
        int number = descriptor.acquire("preadv2");
        try {
            int octets = calls.preadCached(number, address, target.remaining(), position);
            if (octets <= 0) {
                return octets == 0 ? -1 : 0;
            }
            target.position(target.position() + octets);
            return octets;
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

    private static long spaceAddress(ByteBuffer target, long position) {
        // The kernel writes past Java's own guard.
        if (target.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        long address = checkedAddress(target, position);
        if (!target.hasRemaining()) {
            throw new IllegalArgumentException("no space to read into");
        }
        return address;
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
            return shared.locks.tryLock(number, mode, kinds);
        } finally {
            descriptor.release();
        }
    }

    @Override
    public void unlock() throws PosixException {
        int number = descriptor.acquire("unlock");
        try {
            shared.locks.unlock(number);
        } finally {
            descriptor.release();
        }
    }

    @Override
    public FileHandle duplicate() throws PosixException {
        int number = descriptor.acquire("dup");
        try {
            // While this handle is in use the descriptor is not closed.
            return new SystemFile(calls, number, shared);
        } finally {
            descriptor.release();
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}

package org.postern.testkit.memory;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.api.posix.PosixException;
import org.postern.api.storage.MailEntry;

/** A descriptor; duplicates share the open file description, which owns the locks. */
final class MemoryHandle implements FileHandle {

    /** What dup(2) shares. */
    private static final class Description {
        private int descriptors;
    }

    private final MemoryFile file;
    private final Optional<MailEntry> entry;
    private final boolean writable;
    private final Faults faults;
    private final HandleCount handles;
    private final Description description;
    private boolean closed;

    MemoryHandle(
            MemoryFile file,
            Optional<MailEntry> entry,
            boolean writable,
            Faults faults,
            HandleCount handles) {
        this(file, entry, writable, faults, handles, new Description());
    }

    private MemoryHandle(
            MemoryFile file,
            Optional<MailEntry> entry,
            boolean writable,
            Faults faults,
            HandleCount handles,
            Description description) {
        this.file = file;
        this.entry = entry;
        this.writable = writable;
        this.faults = faults;
        this.handles = handles;
        this.description = description;
        description.descriptors++;
        handles.opened(this);
    }

    @Override
    public FileStatus status() throws PosixException {
        Call call = begin("fstat", CallKind.STATUS, 0, 0);
        FileStatus status = file.status();
        faults.end(call);
        return status;
    }

    @Override
    public int read(ByteBuffer target, long position) throws PosixException {
        if (!target.isDirect() || !target.hasRemaining() || position < 0) {
            throw new IllegalArgumentException("wants room in a direct buffer and an offset");
        }
        // Several threads may read and write at once, but what fails is counted in one order.
        synchronized (faults) {
            Call call = begin("pread", CallKind.READ, position, target.remaining());
            byte[] octets = new byte[Math.min(target.remaining(), faults.longestRead())];
            int count = file.read(position, octets, octets.length);
            target.put(octets, 0, count);
            faults.end(call);
            return count == 0 ? -1 : count;
        }
    }

    @Override
    public int readCached(ByteBuffer target, long position) throws PosixException {
        return read(target, position);
    }

    @Override
    public void write(ByteBuffer source, long position) throws PosixException {
        if (!source.isDirect() || position < 0) {
            throw new IllegalArgumentException("wants a direct buffer and an offset");
        }
        synchronized (faults) {
            Call call = call(CallKind.WRITE, position, source.remaining());
            requireOpen("pwrite");
            Optional<Faults.Failure> failure = faults.begin(call);
            requireWritable("pwrite", Errno.EBADF);
            byte[] octets = new byte[source.remaining()];
            source.duplicate().get(octets);
            int count = octets.length;
            if (failure.isPresent()) {
                count = Math.min(count, failure.get().octets());
            } else if (faults.tearing()) {
                count = count / 2;
            }
            file.put(position, octets, count);
            source.position(source.position() + count);
            if (failure.isPresent()) {
                throw new PosixException("pwrite", errno(failure.get()));
            }
            faults.end(call);
        }
    }

    @Override
    public void truncate(long size) throws PosixException {
        Call call = begin("ftruncate", CallKind.TRUNCATE, size, 0);
        requireWritable("ftruncate", Errno.EINVAL);
        file.truncate(size);
        faults.end(call);
    }

    @Override
    public void sync() throws PosixException {
        Call call = begin("fsync", CallKind.SYNC, 0, 0);
        file.sync();
        faults.end(call);
    }

    @Override
    public boolean tryLock(LockMode mode, Set<LockKind> kinds) throws PosixException {
        Call call = begin("fcntl", CallKind.LOCK, 0, 0);
        if (mode == LockMode.EXCLUSIVE && kinds.contains(LockKind.FCNTL)) {
            requireWritable("fcntl", Errno.EBADF);
        }
        boolean locked = file.lock(description, mode, kinds);
        faults.end(call);
        return locked;
    }

    @Override
    public void unlock() throws PosixException {
        Call call = begin("fcntl", CallKind.UNLOCK, 0, 0);
        file.unlock(description);
        faults.end(call);
    }

    @Override
    public FileHandle duplicate() throws PosixException {
        Call call = begin("fcntl", CallKind.DUPLICATE, 0, 0);
        FileHandle second = new MemoryHandle(file, entry, writable, faults, handles, description);
        faults.end(call);
        return second;
    }

    // Not a call that can fail or be recorded: the kernel closes what a killed process had open.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            handles.closed(this);
            description.descriptors--;
            if (description.descriptors == 0) {
                file.unlock(description);
            }
        }
    }

    boolean holdsLock() {
        return file.holds(description);
    }

    private Call call(CallKind kind, long position, int length) {
        return new Call(kind, Optional.empty(), entry, position, length);
    }

    private Call begin(String name, CallKind kind, long position, int length)
            throws PosixException {
        requireOpen(name);
        Call call = call(kind, position, length);
        Optional<Faults.Failure> failure = faults.begin(call);
        if (failure.isPresent()) {
            throw new PosixException(name, errno(failure.get()));
        }
        return call;
    }

    private void requireOpen(String name) throws PosixException {
        if (closed) {
            throw new PosixException(name, Errno.EBADF);
        }
    }

    private void requireWritable(String name, Errno otherwise) throws PosixException {
        if (!writable) {
            throw new PosixException(name, otherwise);
        }
    }

    private static Errno errno(Faults.Failure failure) {
        return failure.errno().orElse(Errno.EIO);
    }
}

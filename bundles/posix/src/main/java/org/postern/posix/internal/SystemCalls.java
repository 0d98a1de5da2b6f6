package org.postern.posix.internal;

import jnr.ffi.Runtime;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.PosixException;

/**
 * System calls on bare descriptors: a signal that interrupts one restarts it, any other failure is
 * an exception with its errno. The calls on the way of a message's octets allocate nothing.
 */
final class SystemCalls {
    private static final byte[] NOTHING = {};
    private static final int MAX_COUNT = 0x7FFF_F000;

    private final LibC libC;
    private final Runtime runtime;

    SystemCalls(LibC libC) {
        this.libC = libC;
        this.runtime = Runtime.getSystemRuntime();
    }

    int open(byte[] path, int flags) throws PosixException {
        try (NativeMemory memory = NativeMemory.ofString(path)) {
            int descriptor;
            while ((descriptor = libC.open(memory.address(), flags, 0)) < 0) {
                retryOrThrow("open");
            }
            return descriptor;
        }
    }

    int openat(int directory, FileName name, int flags, int permissions) throws PosixException {
        try (NativeMemory memory = NativeMemory.ofString(name.octets())) {
            int descriptor;
            while ((descriptor = libC.openat(directory, memory.address(), flags, permissions))
                    < 0) {
                retryOrThrow("openat");
            }
            return descriptor;
        }
    }

    /** close(2) is never repeated: on Linux the number is free even when it reports an error. */
    void close(int descriptor) {
        libC.close(descriptor);
    }

    FileStatus status(int descriptor) throws PosixException {
        return statx(descriptor, NOTHING, Flags.AT_EMPTY_PATH);
    }

    FileStatus status(int directory, FileName name) throws PosixException {
        return statx(directory, name.octets(), Flags.AT_SYMLINK_NOFOLLOW);
    }

    private FileStatus statx(int descriptor, byte[] path, int flags) throws PosixException {
        // The name stands behind the result: one block for both.
        try (NativeMemory memory = NativeMemory.ofSize(Statx.SIZE + path.length + 1)) {
            memory.putOctets(Statx.SIZE, path);
            long result = memory.address();
            while (libC.statx(descriptor, result + Statx.SIZE, flags, Statx.WANTED, result) < 0) {
                retryOrThrow("statx");
            }
            return Statx.read(memory);
        }
    }

    int pread(int descriptor, long address, int count, long position) throws PosixException {
        long octets;
        while ((octets = libC.pread(descriptor, address, Math.min(count, MAX_COUNT), position))
                < 0) {
            retryOrThrow("pread");
        }
        return (int) octets;
    }

    /** preadv2(2) with RWF_NOWAIT: how much, or -1 if that is not to be had without waiting. */
    int preadCached(int descriptor, long address, int count, long position) throws PosixException {
        // struct iovec: where, and how much.
        try (NativeMemory vector = NativeMemory.ofSize(2 * Long.BYTES)) {
            vector.putLong(0, address);
            vector.putLong(Long.BYTES, Math.min(count, MAX_COUNT));
            long octets;
            while ((octets =
                            libC.preadv2(
                                    descriptor, vector.address(), 1, position, Flags.RWF_NOWAIT))
                    < 0) {
                Errno errno = errno();
                if (errno == Errno.EAGAIN || errno == Errno.EOPNOTSUPP) {
                    return -1;
                }
                retryOrThrow("preadv2", errno);
            }
            return (int) octets;
        }
    }

    int pwrite(int descriptor, long address, int count, long position) throws PosixException {
        long octets;
        while ((octets = libC.pwrite(descriptor, address, Math.min(count, MAX_COUNT), position))
                < 0) {
            retryOrThrow("pwrite");
        }
        return (int) octets;
    }

    void ftruncate(int descriptor, long size) throws PosixException {
        while (libC.ftruncate(descriptor, size) < 0) {
            retryOrThrow("ftruncate");
        }
    }

    void fsync(int descriptor) throws PosixException {
        while (libC.fsync(descriptor) < 0) {
            retryOrThrow("fsync");
        }
    }

    /** F_OFD_SETLK: whether it was granted. */
    boolean fcntlLock(int descriptor, NativeMemory lock) throws PosixException {
        while (libC.fcntl(descriptor, Flags.F_OFD_SETLK, lock.address()) < 0) {
            Errno errno = errno();
            if (errno == Errno.EAGAIN || errno == Errno.EACCES) {
                return false;
            }
            retryOrThrow("fcntl", errno);
        }
        return true;
    }

    /** flock(2) with LOCK_NB: whether it was granted. */
    boolean flock(int descriptor, int operation) throws PosixException {
        while (libC.flock(descriptor, operation) < 0) {
            Errno errno = errno();
            if (errno == Errno.EAGAIN) {
                return false;
            }
            retryOrThrow("flock", errno);
        }
        return true;
    }

    void seek(int directory, long position) throws PosixException {
        while (libC.lseek(directory, position, 0) < 0) {
            retryOrThrow("lseek");
        }
    }

    int getdents(int directory, NativeMemory target, int count) throws PosixException {
        long octets;
        while ((octets = libC.getdents64(directory, target.address(), count)) < 0) {
            retryOrThrow("getdents64");
        }
        return (int) octets;
    }

    void mkdirat(int directory, FileName name, int permissions) throws PosixException {
        try (NativeMemory memory = NativeMemory.ofString(name.octets())) {
            while (libC.mkdirat(directory, memory.address(), permissions) < 0) {
                retryOrThrow("mkdirat");
            }
        }
    }

    void rename(int directory, FileName name, int newDirectory, FileName newName)
            throws PosixException {
        try {
            rename(directory, name, newDirectory, newName, Flags.RENAME_NOREPLACE);
        } catch (PosixException failed) {
            if (failed.errno() != Errno.EINVAL) {
                throw failed;
            }
            renameIfFree(directory, name, newDirectory, newName);
        }
    }

    // NFS and some of FUSE's file systems know no flag of renameat2. A link under the new name and
    // an unlink of the old one would never replace anything either, but whoever is killed in
    // between leaves a file with two links, which nobody here opens. So it is looked first; what
    // comes under that name between the look and the renaming is replaced, and nobody honest makes
    // one there: a message's name is its own.
    private void renameIfFree(int directory, FileName name, int newDirectory, FileName newName)
            throws PosixException {
        try {
            status(newDirectory, newName);
        } catch (PosixException free) {
            if (free.errno() != Errno.ENOENT) {
                throw free;
            }
            rename(directory, name, newDirectory, newName, 0);
            return;
        }
        throw new PosixException("renameat2", Errno.EEXIST);
    }

    private void rename(int directory, FileName name, int newDirectory, FileName newName, int flags)
            throws PosixException {
        try (NativeMemory from = NativeMemory.ofString(name.octets());
                NativeMemory to = NativeMemory.ofString(newName.octets())) {
            while (libC.renameat2(directory, from.address(), newDirectory, to.address(), flags)
                    < 0) {
                retryOrThrow("renameat2");
            }
        }
    }

    void unlinkat(int directory, FileName name) throws PosixException {
        try (NativeMemory memory = NativeMemory.ofString(name.octets())) {
            while (libC.unlinkat(directory, memory.address(), 0) < 0) {
                retryOrThrow("unlinkat");
            }
        }
    }

    /** geteuid(2), which cannot fail. */
    long effectiveUser() {
        return Integer.toUnsignedLong(libC.geteuid());
    }

    long coarseClockNanos() {
        try (NativeMemory time = NativeMemory.ofSize(16)) {
            return nanos(libC.clockGettime(Flags.CLOCK_REALTIME_COARSE, time.address()), time);
        }
    }

    long coarseTickNanos() {
        try (NativeMemory time = NativeMemory.ofSize(16)) {
            return nanos(libC.clockGetres(Flags.CLOCK_REALTIME_COARSE, time.address()), time);
        }
    }

    // Every Linux has this clock.
    private long nanos(int result, NativeMemory time) {
        if (result < 0) {
            throw new IllegalStateException("CLOCK_REALTIME_COARSE: " + errno());
        }
        return Statx.nanos(time.longAt(0), time.longAt(8));
    }

    void retryOrThrow(String call) throws PosixException {
        retryOrThrow(call, errno());
    }

    static void retryOrThrow(String call, Errno errno) throws PosixException {
        if (errno != Errno.EINTR) {
            throw new PosixException(call, errno);
        }
    }

    /** Why this thread's last call failed. */
    Errno errno() {
        return Errnos.of(runtime.getLastError());
    }
}

package org.postern.posix.internal;

/**
 * The functions of glibc that this bundle binds, by their C names; those with an underscore are
 * mapped in {@link NativeLibrary}. Addresses and sizes are Java longs: both supported platforms are
 * LP64. The variadic ones (openat, fcntl) pass integers alone, which both ABIs pass like any other
 * argument.
 */
public interface LibC {
    int open(long path, int flags, int mode);

    int openat(int directory, long path, int flags, int mode);

    int close(int descriptor);

    int statx(int directory, long path, int flags, int mask, long result);

    long pread(int descriptor, long target, long count, long position);

    long preadv2(int descriptor, long vectors, int count, long position, int flags);

    long pwrite(int descriptor, long source, long count, long position);

    int ftruncate(int descriptor, long size);

    int fsync(int descriptor);

    int fcntl(int descriptor, int command, long argument);

    int flock(int descriptor, int operation);

    long lseek(int descriptor, long offset, int whence);

    long getdents64(int descriptor, long target, long count);

    int mkdirat(int directory, long path, int mode);

    int renameat2(int oldDirectory, long oldPath, int newDirectory, long newPath, int flags);

    int unlinkat(int directory, long path, int flags);

    int socket(int domain, int type, int protocol);

    int connect(int descriptor, long address, int length);

    int shutdown(int descriptor, int how);

    int getsockopt(int descriptor, int level, int option, long value, long length);

    long send(int descriptor, long message, long length, int flags);

    long recvmsg(int descriptor, long message, int flags);

    int poll(long descriptors, long count, int milliseconds);

    int epollCreate1(int flags);

    int epollCtl(int poller, int operation, int descriptor, long event);

    int epollWait(int poller, long events, int count, int milliseconds);

    int eventfd(int value, int flags);

    long read(int descriptor, long target, long count);

    long write(int descriptor, long source, long count);

    int geteuid();

    int clockGettime(int clock, long result);

    int clockGetres(int clock, long result);
}

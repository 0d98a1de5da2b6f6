package org.postern.posix.internal;

import org.postern.api.posix.Errno;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.PosixException;

/**
 * Reads a struct statx (linux/stat.h), which unlike struct stat is laid out the same on all
 * architectures.
 */
final class Statx {
    static final int SIZE = 256;

    /** STATX_BASIC_STATS: what stat(2) gives. */
    static final int WANTED = 0x7FF;

    private static final int TYPE = 0x1;
    private static final int MODE = 0x2;
    private static final int NLINK = 0x4;
    private static final int UID = 0x8;
    private static final int GID = 0x10;
    private static final int MTIME = 0x40;
    private static final int CTIME = 0x80;
    private static final int INO = 0x100;
    private static final int BYTES = 0x200;
    private static final int NEEDED = TYPE | MODE | NLINK | UID | GID | MTIME | CTIME | INO | BYTES;

    private static final long NANOS = 1_000_000_000L;

    private Statx() {}

    /** Refuses an answer in which the file system left out something that is decided by. */
    static FileStatus read(NativeMemory result) throws PosixException {
        if ((result.intAt(0) & NEEDED) != NEEDED) {
            throw new PosixException("statx", Errno.OTHER);
        }
        int mode = result.shortAt(28);
        return new FileStatus(
                device(Integer.toUnsignedLong(result.intAt(136)), result.intAt(140)),
                result.longAt(32),
                type(mode),
                mode & 07777,
                Integer.toUnsignedLong(result.intAt(20)),
                Integer.toUnsignedLong(result.intAt(24)),
                Integer.toUnsignedLong(result.intAt(16)),
                result.longAt(40),
                nanos(result.longAt(112), Integer.toUnsignedLong(result.intAt(120))),
                nanos(result.longAt(96), Integer.toUnsignedLong(result.intAt(104))));
    }

    /**
     * Nanoseconds since the epoch. A user may give a file any time that the file system can hold;
     * what a long cannot (after 2262) becomes the farthest future or past, and never wraps from one
     * into the other.
     */
    static long nanos(long seconds, long nanos) {
        if (seconds >= Long.MAX_VALUE / NANOS) {
            return Long.MAX_VALUE;
        }
        if (seconds <= Long.MIN_VALUE / NANOS) {
            return Long.MIN_VALUE;
        }
        return seconds * NANOS + nanos;
    }

    // As makedev(3) puts them together, so that it is stat(2)'s st_dev.
    private static long device(long major, long minor) {
        long low = minor & 0xFFFFFFFFL;
        return (major & 0xFFFFF000L) << 32
                | (major & 0xFFFL) << 8
                | (low & 0xFFFFFF00L) << 12
                | (low & 0xFFL);
    }

    private static FileType type(int mode) {
        return switch (mode >> 12) {
            case 1 -> FileType.FIFO;
            case 2 -> FileType.CHARACTER_DEVICE;
            case 4 -> FileType.DIRECTORY;
            case 6 -> FileType.BLOCK_DEVICE;
            case 8 -> FileType.REGULAR;
            case 10 -> FileType.SYMBOLIC_LINK;
            case 12 -> FileType.SOCKET;
            default -> FileType.UNKNOWN;
        };
    }
}

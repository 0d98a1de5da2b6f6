package org.postern.posix.internal;

import java.util.Optional;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileName;
import org.postern.api.posix.PosixException;

/** Walks struct linux_dirent64 from a position on, a buffer of them at a time. */
final class DirectoryEntries implements AutoCloseable {
    private static final int BUFFER = 16 * 1024;
    // d_ino, d_off, d_reclen, d_type, d_name
    private static final int OFF = 8;
    private static final int RECLEN = 16;
    private static final int NAME = 19;

    private final SystemCalls calls;
    private final int directory;
    private final NativeMemory buffer;
    private int filled;
    private int entry;
    private int length;

    DirectoryEntries(SystemCalls calls, int directory, long position) throws PosixException {
        calls.seek(directory, position);
        this.calls = calls;
        this.directory = directory;
        this.buffer = NativeMemory.ofSize(BUFFER);
    }

    /** Goes to the next entry; false at the end. */
    boolean next() throws PosixException {
        entry += length;
        if (entry >= filled) {
            filled = calls.getdents(directory, buffer, BUFFER);
            entry = 0;
            length = 0;
            if (filled == 0) {
                return false;
            }
        }
        length = entry + NAME < filled ? buffer.shortAt(entry + RECLEN) : 0;
        if (length <= NAME || length > filled - entry) {
            throw new PosixException("getdents64", Errno.OTHER);
        }
        return true;
    }

    /** Its name, unless it is "." or "..". */
    Optional<FileName> name() {
        byte[] octets = buffer.stringAt(entry + NAME, length - NAME);
        return FileName.isComponent(octets) ? Optional.of(FileName.of(octets)) : Optional.empty();
    }

    /** Where the entry after this one is. */
    long position() {
        return buffer.longAt(entry + OFF);
    }

    @Override
    public void close() {
        buffer.close();
    }
}

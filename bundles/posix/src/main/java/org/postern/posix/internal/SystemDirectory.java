package org.postern.posix.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.NamePage;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.PosixException;

/** A directory behind a descriptor. */
final class SystemDirectory implements DirectoryHandle {
    private static final int PAGE = 1_000;
    private static final int PERMISSIONS = 0777;

    private final SystemCalls calls;
    private final Descriptor descriptor;

    SystemDirectory(SystemCalls calls, int number) {
        this.calls = calls;
        this.descriptor = new Descriptor(calls, number);
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
    public FileStatus status(FileName name) throws PosixException {
        int number = descriptor.acquire("fstatat");
        try {
            return calls.status(number, name);
        } finally {
            descriptor.release();
        }
    }

    @Override
    public DirectoryHandle openDirectory(FileName name) throws PosixException {
        return new SystemDirectory(calls, openat(name, Flags.DIRECTORY, 0));
    }

    @Override
    public FileHandle open(FileName name, OpenMode mode) throws PosixException {
        int flags = mode == OpenMode.READ ? Flags.READ : Flags.READ_WRITE;
        return SystemFile.of(calls, openat(name, flags, 0));
    }

    @Override
    public FileHandle create(FileName name, int permissions) throws PosixException {
        return SystemFile.of(calls, openat(name, Flags.CREATE, permissions & PERMISSIONS));
    }

    private int openat(FileName name, int flags, int permissions) throws PosixException {
        int number = descriptor.acquire("openat");
        try {
            return calls.openat(number, name, flags, permissions);
        } finally {
            descriptor.release();
        }
    }

    @Override
    public void createDirectory(FileName name, int permissions) throws PosixException {
        int number = descriptor.acquire("mkdirat");
        try {
            calls.mkdirat(number, name, permissions & PERMISSIONS);
        } finally {
            descriptor.release();
        }
    }

    @Override
    public NamePage list(long position) throws PosixException {
        if (position < 0) {
            throw new IllegalArgumentException("negative position");
        }
        int number = descriptor.acquire("getdents64");
        try (DirectoryEntries entries = new DirectoryEntries(calls, number, position)) {
            List<FileName> names = new ArrayList<>();
            while (names.size() < PAGE) {
                if (!entries.next()) {
                    return new NamePage(names, OptionalLong.empty());
                }
                entries.name().ifPresent(names::add);
            }
            return new NamePage(names, OptionalLong.of(entries.position()));
        } finally {
            descriptor.release();
        }
    }

    @Override
    public void rename(FileName name, DirectoryHandle newDirectory, FileName newName)
            throws PosixException {
        if (!(newDirectory instanceof SystemDirectory target)) {
            throw new IllegalArgumentException("not a directory of this system");
        }
        int number = descriptor.acquire("renameat2");
        try {
            int newNumber = target.descriptor.acquire("renameat2");
            try {
                calls.rename(number, name, newNumber, newName);
            } finally {
                target.descriptor.release();
            }
        } finally {
            descriptor.release();
        }
    }

    @Override
    public void unlink(FileName name) throws PosixException {
        int number = descriptor.acquire("unlinkat");
        try {
            calls.unlinkat(number, name);
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
    public void close() {
        descriptor.close();
    }
}

package org.postern.auth.virtual.internal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;

/**
 * Reads a users file that only its owner can have written. What is checked is the open file, not
 * its name; what is read is kept only if the file was the same before and after.
 */
final class UsersFile {
    private static final long MAX_OCTETS = 64L << 20;
    private static final int BLOCK = 64 * 1024;
    private static final int ATTEMPTS = 3;
    private static final long SECOND = 1_000_000_000;
    // Nobody but the owner writes; others than the owner's group do not read.
    private static final int FORBIDDEN = 0027;

    private final Posix posix;
    private final Path path;

    /**
     * @param path absolute
     */
    UsersFile(Posix posix, Path path) {
        this.posix = posix;
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** What was read, and the file as it was then. */
    static final class Content {
        private final byte[] octets;
        private final FileStatus status;
        private final boolean settled;

        private Content(byte[] octets, FileStatus status, boolean settled) {
            this.octets = octets;
            this.status = status;
            this.settled = settled;
        }

        /** The octets themselves: they are read once. */
        byte[] octets() {
            return octets;
        }

        FileStatus status() {
            return status;
        }

        /** Whether a later change is sure to get other times than these. */
        boolean settled() {
            return settled;
        }
    }

    /** The file's status, by its name; empty if it is not there or cannot be looked at. */
    Optional<FileStatus> status() {
        try (DirectoryHandle directory = directory()) {
            return Optional.of(directory.status(name()));
        } catch (PosixException | UsersProblem unreachable) {
            return Optional.empty();
        }
    }

    Content read() throws UsersProblem {
        try (DirectoryHandle directory = directory();
                FileHandle file = directory.open(name(), OpenMode.READ)) {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                long now = posix.coarseClockNanos();
                FileStatus before = file.status();
                requireFit(before);
                byte[] octets = readAll(file, before.size());
                if (file.status().isUnchangedSince(before)) {
                    return new Content(octets, before, isSettled(before, now));
                }
            }
            throw new UsersProblem(0, "it is being changed all the time");
        } catch (PosixException failed) {
            throw new UsersProblem(0, reason(failed));
        }
    }

    // Files are stamped with the coarse clock, so what is written in one of its ticks has one
    // ctime.
    // A change of that tick, of the same size, could not be told from what was read. The ctime
    // alone
    // counts: the mtime can be set to anything.
    private boolean isSettled(FileStatus status, long now) {
        long last = status.changedNanos();
        boolean wholeSeconds = last % SECOND == 0;
        return Math.abs(now - last) > (wholeSeconds ? SECOND : posix.coarseTickNanos());
    }

    private void requireFit(FileStatus status) throws UsersProblem {
        if (status.type() != FileType.REGULAR) {
            throw new UsersProblem(0, "it is not a regular file");
        }
        long user = posix.privileges().effectiveUser();
        if (status.owner() != user && status.owner() != 0) {
            throw new UsersProblem(
                    0,
                    "it belongs to uid "
                            + status.owner()
                            + ", who could change it: chown it to uid "
                            + user
                            + ", which the server runs as");
        }
        if ((status.permissions() & FORBIDDEN) != 0) {
            throw new UsersProblem(
                    0, "others than its owner could read or change it: chmod 600 " + path);
        }
        if (status.size() > MAX_OCTETS) {
            throw new UsersProblem(0, "it has more than " + MAX_OCTETS + " octets");
        }
    }

    private static byte[] readAll(FileHandle file, long size) throws PosixException {
        byte[] octets = new byte[(int) size];
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        int length = 0;
        while (length < octets.length) {
            block.clear().limit(Math.min(BLOCK, octets.length - length));
            if (file.read(block, length) < 0) {
                break;
            }
            block.flip();
            int read = block.remaining();
            block.get(octets, length, read);
            length += read;
        }
        return octets;
    }

    private DirectoryHandle directory() throws PosixException, UsersProblem {
        Path parent = path.getParent();
        if (!path.isAbsolute() || parent == null) {
            throw new UsersProblem(0, "wants an absolute path of a file");
        }
        return posix.openDirectory(parent);
    }

    private FileName name() {
        return FileName.of(path.getFileName().toString());
    }

    private String reason(PosixException failed) {
        Errno errno = failed.errno();
        return switch (errno) {
            case ENOENT -> "it does not exist: make it, mode 600, one user a line";
            case EACCES, EPERM ->
                    "the server, uid "
                            + posix.privileges().effectiveUser()
                            + ", cannot read it: chown it to that uid, mode 600";
            case ELOOP -> "it is a symbolic link: name the file itself";
            default -> "it cannot be read: " + failed.getMessage();
        };
    }
}

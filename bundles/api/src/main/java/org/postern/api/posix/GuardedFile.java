package org.postern.api.posix;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A file that only root and this process's user can have written, read as one state of it. What is
 * checked is the open file, not its name; what was read is kept only if the file was the same
 * before and after. For one thread at a time; blocks as files do.
 */
public final class GuardedFile {
    private static final int BLOCK = 64 * 1024;
    private static final int ATTEMPTS = 3;
    private static final long SECOND = 1_000_000_000;

    private final Posix posix;
    private final Path path;
    private final Openness openness;
    private final long mostOctets;

    /** Who else may do what with the file. */
    public enum Openness {
        /** Its owner's group may read it, nobody else. */
        SECRET(0027, "600"),
        /** Everybody may read it. */
        PUBLIC(0022, "644");

        private final int forbidden;
        private final String mode;

        Openness(int forbidden, String mode) {
            this.forbidden = forbidden;
            this.mode = mode;
        }
    }

    /**
     * @param path of the file itself, which must not be a symbolic link
     * @param mostOctets a larger file is refused
     */
    public GuardedFile(Posix posix, Path path, Openness openness, int mostOctets) {
        this.posix = posix;
        this.path = path;
        this.openness = openness;
        this.mostOctets = mostOctets;
    }

    /**
     * What was read.
     *
     * @param octets the content itself, not a copy
     * @param status the file as it was then
     * @param settled whether a later change is sure to get other times than these
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, then wiped
    public record Content(byte[] octets, FileStatus status, boolean settled) {}

    /** Which file. */
    public Path path() {
        return path;
    }

    /** The file's status, by its name; empty if it is not there or cannot be looked at. */
    public Optional<FileStatus> status() {
        try (DirectoryHandle directory = directory()) {
            return Optional.of(directory.status(name()));
        } catch (PosixException | UnfitFileException unreachable) {
            return Optional.empty();
        }
    }

    /**
     * Reads it all.
     *
     * @throws UnfitFileException if it cannot be read, or others could have written it or, where it
     *     is a secret, read it
     */
    public Content read() throws UnfitFileException {
        try (DirectoryHandle directory = directory();
                FileHandle file = directory.open(name(), OpenMode.READ)) {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                long now = posix.coarseClockNanos();
                FileStatus before = file.status();
                requireFit(before);
                byte[] octets = readAll(file, (int) before.size());
                if (file.status().isUnchangedSince(before)) {
                    return new Content(octets, before, isSettled(before, now));
                }
            }
            throw new UnfitFileException("it is being changed all the time");
        } catch (PosixException failed) {
            throw new UnfitFileException(reason(failed), failed.errno() == Errno.ENOENT);
        }
    }

    // Files are stamped with the coarse clock: what is written twice in one of its ticks has one
    // ctime, which alone counts, for the mtime can be set to anything.
    private boolean isSettled(FileStatus status, long now) {
        long last = status.changedNanos();
        boolean wholeSeconds = last % SECOND == 0;
        return Math.abs(now - last) > (wholeSeconds ? SECOND : posix.coarseTickNanos());
    }

    private void requireFit(FileStatus status) throws UnfitFileException {
        if (status.type() != FileType.REGULAR) {
            throw new UnfitFileException("it is not a regular file");
        }
        long user = posix.privileges().effectiveUser();
        if (status.owner() != user && status.owner() != 0) {
            throw new UnfitFileException(
                    String.format(
                            Locale.ROOT,
                            "it belongs to uid %d, who could change it: chown it to uid %d, which"
                                    + " the server runs as",
                            status.owner(),
                            user));
        }
        if ((status.permissions() & openness.forbidden) != 0) {
            throw new UnfitFileException(
                    (openness == Openness.SECRET
                                    ? "others than its owner could read or change it: chmod "
                                    : "others than its owner could change it: chmod ")
                            + openness.mode
                            + " "
                            + path);
        }
        if (status.size() > mostOctets) {
            throw new UnfitFileException("it has more than " + mostOctets + " octets");
        }
    }

    private static byte[] readAll(FileHandle file, int size) throws PosixException {
        byte[] octets = new byte[size];
        ByteBuffer block = ByteBuffer.allocateDirect(Math.min(BLOCK, Math.max(1, size)));
        int length = 0;
        while (length < size) {
            block.clear().limit(Math.min(block.capacity(), size - length));
            if (file.read(block, length) < 0) {
                break;
            }
            block.flip();
            int read = block.remaining();
            block.get(octets, length, read);
            length += read;
        }
        block.clear();
        block.put(new byte[block.capacity()]);
        return octets;
    }

    private DirectoryHandle directory() throws PosixException, UnfitFileException {
        Path parent = path.getParent();
        if (!path.isAbsolute() || parent == null) {
            throw new UnfitFileException("wants an absolute path of a file");
        }
        return posix.openDirectory(parent);
    }

    private FileName name() {
        return FileName.of(path.getFileName().toString());
    }

    private String reason(PosixException failed) {
        return switch (failed.errno()) {
            case ENOENT -> "it does not exist";
            case EACCES, EPERM ->
                    "the server, uid "
                            + posix.privileges().effectiveUser()
                            + ", cannot read it: chown it to that uid, mode "
                            + openness.mode;
            case ELOOP -> "it is a symbolic link: name the file itself, or a copy of it";
            default -> "it cannot be read: " + failed.getMessage();
        };
    }
}

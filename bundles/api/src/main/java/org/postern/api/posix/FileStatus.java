package org.postern.api.posix;

/**
 * What stat(2) says of a file.
 *
 * @param device st_dev
 * @param inode st_ino
 * @param type the type bits of st_mode
 * @param permissions the lower twelve bits of st_mode
 * @param owner st_uid
 * @param group st_gid
 * @param links st_nlink
 * @param size st_size in octets
 * @param modifiedNanos st_mtim in nanoseconds since the epoch
 * @param changedNanos st_ctim in nanoseconds since the epoch
 */
public record FileStatus(
        long device,
        long inode,
        FileType type,
        int permissions,
        long owner,
        long group,
        long links,
        long size,
        long modifiedNanos,
        long changedNanos) {

    private static final long SECOND = 1_000_000_000;

    /**
     * The unit of times that are whole seconds, once more for a clock that is not ours. Some file
     * systems keep no fractions.
     */
    static final long SETTLED_SECONDS = 2 * SECOND;

    /**
     * Of other times. A kernel's tick is 10 ms at most (HZ=100); the rest is for a file server's
     * clock.
     */
    static final long SETTLED_FRACTIONS = 100_000_000;

    /** Whether both are the same file, whatever has happened to its content. */
    public boolean isSameFile(FileStatus other) {
        return device == other.device && inode == other.inode;
    }

    /** Whether nothing that a writer changes differs: the file, its size and both of its times. */
    public boolean isUnchangedSince(FileStatus earlier) {
        return isSameFile(earlier)
                && size == earlier.size
                && modifiedNanos == earlier.modifiedNanos
                && changedNanos == earlier.changedNanos;
    }

    /**
     * Whether any later change has to show in the times: then a file that {@link #isUnchangedSince}
     * this status is what it was at that moment. Files are stamped with a clock that ticks, and
     * what is changed twice in a tick has one ctime; which alone counts, for the mtime can be set
     * to anything.
     *
     * @param begun when it was begun to be read, or looked at, in nanoseconds since the epoch
     */
    public boolean isSettled(long begun) {
        return untilSettled(begun) == 0;
    }

    /**
     * How long it takes until it is settled, in nanoseconds: nothing if it is; and at most two
     * seconds, or a tenth of one, but for what was stamped by a clock that is ahead of ours.
     *
     * @param now in nanoseconds since the epoch
     */
    public long untilSettled(long now) {
        boolean wholeSeconds = changedNanos % SECOND == 0;
        long settling = wholeSeconds ? SETTLED_SECONDS : SETTLED_FRACTIONS;
        return Math.max(0, settling - (now - changedNanos));
    }
}

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
}

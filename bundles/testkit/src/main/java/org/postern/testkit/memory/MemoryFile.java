package org.postern.testkit.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;

/**
 * An inode: content, metadata and the locks on it. The methods of this class are another program's
 * hand: they stamp times as a system call would, and no fault or record applies to them. The
 * metadata can be set to anything, so that hostile files can be presented.
 *
 * <p>What was written since the last {@link #sync} may be lost with the power, each sector of it
 * and each cut by itself; and of a sector that is lost, the file's length may have been kept.
 */
public final class MemoryFile {
    private static final int INITIAL = 256;

    /** What a disk writes at once. */
    private static final int SECTOR = 512;

    private final MemoryFiles files;
    private final Map<LockKind, Map<Object, LockMode>> locks = new HashMap<>();
    private byte[] content = new byte[INITIAL];
    private int size;
    private long device;
    private long inode;
    private FileType type = FileType.REGULAR;
    private int permissions = 0600;
    private long owner;
    private long group;
    private long links = 1;
    private long modifiedNanos;
    private long changedNanos;
    private byte[] stable = new byte[0];
    private final List<Change> unsynced = new ArrayList<>();

    /**
     * What was done.
     *
     * @param length of the file afterwards, if it was shorter before
     */
    private record Change(Consumer<MemoryFile> deed, long length) {}

    MemoryFile(MemoryFiles files, long device, long inode, long owner) {
        this.files = files;
        this.device = device;
        this.inode = inode;
        this.owner = owner;
        this.group = owner;
        stampModified();
    }

    /** fstat(2). */
    public FileStatus status() {
        return new FileStatus(
                device,
                inode,
                type,
                permissions,
                owner,
                group,
                links,
                size,
                modifiedNanos,
                changedNanos);
    }

    /** A copy of all octets. */
    public byte[] content() {
        return Arrays.copyOf(content, size);
    }

    /** Replaces the content in place: truncates, then writes. */
    public MemoryFile content(byte[] octets) {
        size = 0;
        write(0, octets);
        return this;
    }

    /** Writes at the end. */
    public MemoryFile append(byte[] octets) {
        return write(size, octets);
    }

    /** Writes at an offset; a hole before it reads as NULs. */
    public MemoryFile write(long position, byte[] octets) {
        put(position, octets, octets.length);
        return this;
    }

    /** Cuts or extends. */
    public MemoryFile truncate(long newSize) {
        int wanted = Math.toIntExact(newSize);
        if (wanted > content.length) {
            content = Arrays.copyOf(content, wanted);
        }
        if (wanted < size) {
            Arrays.fill(content, wanted, size, (byte) 0);
        }
        size = wanted;
        stampModified();
        unsynced.add(new Change(file -> file.truncate(newSize), 0));
        return this;
    }

    /** fsync(2). */
    public MemoryFile sync() {
        stable = content();
        unsynced.clear();
        return this;
    }

    /**
     * The power fails and comes back: what was synced is there, and of all that was done since, in
     * its order, whatever the disk came to. Where it came to the length alone, there are NULs.
     */
    public void losePower(RandomGenerator random) {
        List<Change> done = List.copyOf(unsynced);
        content = stable.clone();
        size = content.length;
        for (Change change : done) {
            if (random.nextBoolean()) {
                change.deed().accept(this);
            } else if (change.length() > size && random.nextInt(3) == 0) {
                truncate(change.length());
            }
        }
        sync();
    }

    /** Whether power that fails takes nothing. */
    public boolean isSynced() {
        return unsynced.isEmpty();
    }

    /** What it is; stamps the ctime. */
    public MemoryFile type(FileType value) {
        type = value;
        return stampChanged();
    }

    /** The lower twelve bits of its mode; stamps the ctime. */
    public MemoryFile permissions(int value) {
        permissions = value;
        return stampChanged();
    }

    /** Who owns it; stamps the ctime. */
    public MemoryFile owner(long value) {
        owner = value;
        return stampChanged();
    }

    /** Its hard links; stamps the ctime. */
    public MemoryFile links(long value) {
        links = value;
        return stampChanged();
    }

    /** Another identity; stamps nothing. */
    public MemoryFile identity(long newDevice, long newInode) {
        device = newDevice;
        inode = newInode;
        return this;
    }

    /** As utimensat(2): sets the mtime and stamps the ctime. */
    public MemoryFile modifiedNanos(long value) {
        modifiedNanos = value;
        return stampChanged();
    }

    /** Sets both times, the ctime too, which no system call can. */
    public MemoryFile times(long modified, long changed) {
        modifiedNanos = modified;
        changedNanos = changed;
        return this;
    }

    /** Stamps the ctime with now. */
    public MemoryFile stampChanged() {
        changedNanos = files.stamp();
        return this;
    }

    /** Another program's descriptor: for its locks. Not counted among the storage's handles. */
    public FileHandle open(boolean writable) {
        Faults none = new Faults();
        return new MemoryHandle(this, Optional.empty(), writable, none, new HandleCount());
    }

    /** Whether any handle, of whatever program, holds a lock on it. */
    public boolean isLocked() {
        return locks.values().stream().anyMatch(held -> !held.isEmpty());
    }

    int read(long position, byte[] target, int length) {
        int from = (int) Math.min(position, size);
        int count = Math.min(length, size - from);
        System.arraycopy(content, from, target, 0, count);
        return count;
    }

    long size() {
        return size;
    }

    void put(long position, byte[] octets, int length) {
        int end = Math.toIntExact(Math.addExact(position, length));
        if (end > content.length) {
            content = Arrays.copyOf(content, Math.max(end, content.length * 2));
        }
        System.arraycopy(octets, 0, content, (int) position, length);
        size = Math.max(size, end);
        if (length > 0) {
            stampModified();
        }
        for (int from = 0; from < length; ) {
            long sectorEnd = (position + from) / SECTOR * SECTOR + SECTOR;
            int until = (int) Math.min(length, sectorEnd - position);
            byte[] sector = Arrays.copyOfRange(octets, from, until);
            long at = position + from;
            unsynced.add(
                    new Change(file -> file.put(at, sector, sector.length), at + sector.length));
            from = until;
        }
    }

    private void stampModified() {
        modifiedNanos = files.stamp();
        changedNanos = modifiedNanos;
    }

    // As Linux does it: fcntl converts a lock or leaves it, flock gives up the old one first.
    boolean lock(Object description, LockMode mode, Set<LockKind> kinds) {
        for (LockKind kind : LockKind.values()) {
            if (kinds.contains(kind)) {
                Map<Object, LockMode> held = locks.computeIfAbsent(kind, any -> new HashMap<>());
                if (conflicts(held, description, mode)) {
                    if (kind == LockKind.FLOCK) {
                        unlock(description);
                    }
                    return false;
                }
                held.put(description, mode);
            }
        }
        return true;
    }

    private static boolean conflicts(
            Map<Object, LockMode> held, Object description, LockMode wanted) {
        return held.entrySet().stream()
                .filter(lock -> lock.getKey() != description)
                .anyMatch(
                        lock ->
                                wanted == LockMode.EXCLUSIVE
                                        || lock.getValue() == LockMode.EXCLUSIVE);
    }

    void unlock(Object description) {
        locks.values().forEach(held -> held.remove(description));
    }

    boolean holds(Object description) {
        return locks.values().stream().anyMatch(held -> held.containsKey(description));
    }
}

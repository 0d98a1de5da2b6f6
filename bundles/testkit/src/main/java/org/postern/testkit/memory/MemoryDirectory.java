package org.postern.testkit.memory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.NamePage;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.PosixException;

/**
 * A directory of the server's own, and the one handle on it: it stays open whoever closes it, as a
 * directory outlives the process that had it open. Its calls, and those of its files, are struck by
 * the faults of whichever session is at work.
 */
public final class MemoryDirectory implements DirectoryHandle {
    private final MemoryFiles files;
    private final Supplier<Faults> faults;
    private final HandleCount handles = new HandleCount();
    private final MemoryFile self;
    private final Map<FileName, MemoryFile> entries = new LinkedHashMap<>();
    private final Map<FileName, MemoryDirectory> directories = new LinkedHashMap<>();
    private Map<FileName, MemoryFile> stable = Map.of();

    /**
     * @param files whose clock stamps what is in it
     * @param faults asked at each call
     */
    public MemoryDirectory(MemoryFiles files, Supplier<Faults> faults) {
        this.files = files;
        this.faults = faults;
        self = files.newFile(new byte[0]).type(FileType.DIRECTORY).permissions(0700);
    }

    /** The directory as a file, whose metadata can be set. */
    public MemoryFile self() {
        return self;
    }

    /** A directory in this one, if it was created. */
    public Optional<MemoryDirectory> directory(String name) {
        return Optional.ofNullable(directories.get(FileName.of(name)));
    }

    /** The names of its files, oldest first. */
    public List<String> names() {
        return entries.keySet().stream().map(FileName::toString).toList();
    }

    /** Puts a file there, in place of one that had the name; under no other name any more. */
    public MemoryFile put(String name, MemoryFile file) {
        entries.values().remove(file);
        entries.put(FileName.of(name), file);
        return file;
    }

    /** The only file in it. */
    public MemoryFile only() {
        if (entries.size() != 1) {
            throw new IllegalStateException("not one file but " + names());
        }
        return entries.values().iterator().next();
    }

    /** Handles of its files that were not closed. */
    public int openHandles() {
        return handles.open();
    }

    /**
     * The power fails and comes back: of names that were made and removed since the last {@link
     * #sync}, any may be lost.
     */
    public void losePower(Random random) {
        // In one order, so that a seed tells what is lost.
        Map<FileName, MemoryFile> now = new LinkedHashMap<>(entries);
        Map<FileName, MemoryFile> kept = new LinkedHashMap<>(stable);
        for (FileName name : now.keySet()) {
            if (random.nextBoolean()) {
                kept.put(name, now.get(name));
            }
        }
        for (FileName name : stable.keySet()) {
            if (!now.containsKey(name) && random.nextBoolean()) {
                kept.remove(name);
            }
        }
        entries.clear();
        entries.putAll(kept);
        stable = new LinkedHashMap<>(entries);
        entries.values().forEach(file -> file.losePower(random));
        directories.values().forEach(directory -> directory.losePower(random));
    }

    @Override
    public FileStatus status() throws PosixException {
        Call call = begin("fstat", CallKind.STATUS);
        FileStatus status = self.status();
        faults.get().end(call);
        return status;
    }

    @Override
    public FileStatus status(FileName name) throws PosixException {
        return find("fstatat", name).status();
    }

    @Override
    public DirectoryHandle openDirectory(FileName name) throws PosixException {
        Call call = begin("openat", CallKind.OPEN_DIRECTORY);
        MemoryDirectory found = directories.get(name);
        if (found == null) {
            throw new PosixException("openat", Errno.ENOENT);
        }
        faults.get().end(call);
        return found;
    }

    @Override
    public FileHandle open(FileName name, OpenMode mode) throws PosixException {
        Call call = begin("openat", CallKind.OPEN);
        MemoryFile file = find("openat", name);
        faults.get().end(call);
        return handle(file, mode == OpenMode.READ_WRITE);
    }

    @Override
    public FileHandle create(FileName name, int permissions) throws PosixException {
        Call call = begin("openat", CallKind.CREATE);
        if (entries.containsKey(name)) {
            throw new PosixException("openat", Errno.EEXIST);
        }
        MemoryFile file = files.newFile(new byte[0]).permissions(permissions);
        entries.put(name, file);
        faults.get().end(call);
        return handle(file, true);
    }

    @Override
    public void createDirectory(FileName name, int permissions) throws PosixException {
        Call call = begin("mkdirat", CallKind.CREATE_DIRECTORY);
        if (directories.containsKey(name)) {
            throw new PosixException("mkdirat", Errno.EEXIST);
        }
        MemoryDirectory made = new MemoryDirectory(files, faults);
        made.self.permissions(permissions);
        directories.put(name, made);
        faults.get().end(call);
    }

    @Override
    public NamePage list(long position) throws PosixException {
        return new NamePage(new ArrayList<>(entries.keySet()), OptionalLong.empty());
    }

    @Override
    public void rename(FileName name, DirectoryHandle newDirectory, FileName newName)
            throws PosixException {
        Call call = begin("renameat2", CallKind.RENAME);
        MemoryFile file = find("renameat2", name);
        if (newDirectory != this || entries.containsKey(newName)) {
            throw new PosixException("renameat2", Errno.EEXIST);
        }
        entries.remove(name);
        entries.put(newName, file);
        faults.get().end(call);
    }

    @Override
    public void unlink(FileName name) throws PosixException {
        Call call = begin("unlinkat", CallKind.UNLINK);
        find("unlinkat", name);
        entries.remove(name);
        faults.get().end(call);
    }

    @Override
    public void sync() throws PosixException {
        Call call = begin("fsync", CallKind.SYNC_DIRECTORY);
        stable = new LinkedHashMap<>(entries);
        faults.get().end(call);
    }

    @Override
    public void close() {}

    private MemoryHandle handle(MemoryFile file, boolean writable) {
        return new MemoryHandle(file, Optional.empty(), writable, faults.get(), handles);
    }

    private MemoryFile find(String call, FileName name) throws PosixException {
        MemoryFile found = entries.get(name);
        if (found == null) {
            throw new PosixException(call, Errno.ENOENT);
        }
        return found;
    }

    private Call begin(String name, CallKind kind) throws PosixException {
        Call call = Call.of(kind);
        Optional<Faults.Failure> failure = faults.get().begin(call);
        if (failure.isPresent()) {
            throw new PosixException(name, failure.get().errno().orElse(Errno.EIO));
        }
        return call;
    }
}

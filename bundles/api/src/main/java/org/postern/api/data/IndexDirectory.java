package org.postern.api.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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
 * What is known of mailboxes, in a directory of the server's own, so that the first login after a
 * restart need not read them whole. One file for each mailbox, named by {@link OwnDirectory#name};
 * bounded by all their octets, and the one that was written longest ago goes first.
 *
 * <p>Nothing hangs on them: they are not synced, one that is torn, foreign or wrong is removed with
 * a line in the log, and where none can be written none is. Safe for any number of threads.
 */
public final class IndexDirectory {
    private static final int BLOCK = 64 * 1024;
    // What a small file takes on most file systems.
    private static final long LEAST = 4096;
    private static final int KEPT = 4;

    private final Posix posix;
    private final Optional<Path> data;
    private final String directory;
    private final Consumer<String> warning;
    private final Deque<ByteBuffer> blocks = new ArrayDeque<>(KEPT);
    // Held while one is written; who only asks what there is does not wait for that.
    private final Object writing = new Object();
    // What each takes, oldest first; once the directory was listed.
    private Optional<Map<FileName, Long>> files = Optional.empty();
    private long octets;
    private boolean complained;

    /** How one is read. */
    public interface Content<T> {
        /**
         * Reads it from its beginning to its end.
         *
         * @param size the file's octets
         * @return empty if it is damaged, or not what was looked for
         */
        Optional<T> read(NumberInput in, long size) throws PosixException;
    }

    /** How one is written. */
    public interface Writing {
        /** Writes all numbers; the checksum behind them is not its business. */
        void write(NumberOutput out) throws PosixException;
    }

    /**
     * @param data the server's data directory; without it there are none
     * @param directory its name in there
     * @param warning told, in a line each, of what cannot be used
     */
    public IndexDirectory(
            Posix posix, Optional<Path> data, String directory, Consumer<String> warning) {
        this.posix = posix;
        this.data = data;
        this.directory = directory;
        this.warning = warning;
    }

    /** Octets of a file with so many numbers. */
    public static long size(long numbers) {
        return Math.addExact(Math.multiplyExact(numbers, Long.BYTES), Long.BYTES);
    }

    /** Whether there is anything of a mailbox, of use or not. */
    public synchronized boolean has(FileName name) {
        if (data.isEmpty()) {
            return false;
        }
        try {
            return listed().containsKey(name);
        } catch (PosixException failed) {
            complain(failed);
            return false;
        }
    }

    /**
     * Reads what is known of a mailbox, and removes what cannot be used. Exceptions that are not
     * checked go through.
     */
    public <T> Optional<T> find(FileName name, Content<T> content) {
        if (!has(name)) {
            return Optional.empty();
        }
        ByteBuffer block = take();
        try (DirectoryHandle there = open();
                FileHandle file = there.open(name, OpenMode.READ)) {
            FileStatus status = file.status();
            OwnDirectory.requireOwn(posix, status, FileType.REGULAR);
            Optional<T> known = content.read(new NumberInput(file, 0, block), status.size());
            if (known.isEmpty()) {
                discard(name, "it is damaged, or not of this mailbox, server and configuration");
            }
            return known;
        } catch (PosixException failed) {
            // Somebody may have removed it, or another thread to make room.
            if (failed.errno() != Errno.ENOENT) {
                discard(name, failed.getMessage());
            }
            return Optional.empty();
        } finally {
            giveBack(block);
        }
    }

    /**
     * Writes what is known of a mailbox, in place of what there was, one at a time.
     *
     * @param numbers how many will be written, no more and no less
     * @param most octets of all files together, each of 4,096 or more
     */
    public void keep(FileName name, long numbers, long most, Writing content) {
        long size = Math.max(LEAST, size(numbers));
        if (data.isEmpty() || size > most) {
            return;
        }
        FileName fresh = OwnDirectory.unfinished(name);
        ByteBuffer block = take();
        synchronized (writing) {
            try (DirectoryHandle there = open()) {
                makeRoom(there, name, size, most);
                boolean kept = false;
                try {
                    OwnDirectory.remove(there, fresh);
                    try (FileHandle file = there.create(fresh, OwnDirectory.PRIVATE_FILE)) {
                        NumberOutput out = new NumberOutput(file, 0, block);
                        content.write(out);
                        out.end();
                    }
                    replace(there, fresh, name, size);
                    kept = true;
                } finally {
                    if (!kept) {
                        OwnDirectory.remove(there, fresh);
                    }
                }
            } catch (PosixException failed) {
                complain(failed);
            }
        }
        giveBack(block);
    }

    private synchronized void makeRoom(DirectoryHandle there, FileName name, long size, long most)
            throws PosixException {
        long own = listed().getOrDefault(name, 0L);
        Iterator<Map.Entry<FileName, Long>> oldest = listed().entrySet().iterator();
        while (octets - own + size > most) {
            Map.Entry<FileName, Long> next = oldest.next();
            if (!next.getKey().equals(name)) {
                OwnDirectory.remove(there, next.getKey());
                octets -= next.getValue();
                oldest.remove();
            }
        }
    }

    private synchronized void replace(
            DirectoryHandle there, FileName fresh, FileName name, long size) throws PosixException {
        // A renaming replaces nothing. Whoever reads meanwhile finds none.
        remove(there, name);
        there.rename(fresh, there, name);
        listed().put(name, size);
        octets += size;
    }

    /**
     * Removes what is known of a mailbox, if there is anything.
     *
     * @return whether there was
     */
    public synchronized boolean forget(FileName name) {
        if (files.isEmpty() || !files.get().containsKey(name)) {
            return false;
        }
        try (DirectoryHandle there = open()) {
            remove(there, name);
        } catch (PosixException failed) {
            complain(failed);
        }
        return true;
    }

    /** One, for an operator to be told of. */
    public String described(FileName name) {
        return name + " in " + data.orElseThrow().resolve(directory);
    }

    private synchronized void discard(FileName name, String why) {
        warning.accept(described(name) + " is not used, and the mailbox is read whole: " + why);
        try (DirectoryHandle there = open()) {
            remove(there, name);
        } catch (PosixException failed) {
            complain(failed);
        }
    }

    private DirectoryHandle open() throws PosixException {
        return OwnDirectory.open(posix, data.orElseThrow(), directory);
    }

    private void remove(DirectoryHandle there, FileName name) throws PosixException {
        OwnDirectory.remove(there, name);
        Long gone = files.isPresent() ? files.get().remove(name) : null;
        octets -= gone == null ? 0 : gone;
    }

    private record Found(FileName name, FileStatus status) {}

    private Map<FileName, Long> listed() throws PosixException {
        if (files.isPresent()) {
            return files.get();
        }
        List<Found> found = new ArrayList<>();
        try (DirectoryHandle there = open()) {
            for (FileName name : OwnDirectory.list(there)) {
                found.add(new Found(name, there.status(name)));
            }
        }
        found.sort(Comparator.comparingLong(file -> file.status().modifiedNanos()));
        Map<FileName, Long> listed = new LinkedHashMap<>();
        for (Found file : found) {
            long size = Math.max(LEAST, file.status().size());
            listed.put(file.name(), size);
            octets += size;
        }
        files = Optional.of(listed);
        return listed;
    }

    private void complain(PosixException why) {
        if (!complained) {
            complained = true;
            warning.accept(
                    data.orElseThrow().resolve(directory)
                            + " cannot be used, so large mailboxes are read whole after a restart: "
                            + why.getMessage());
        }
    }

    // Direct memory is freed late, so a few blocks are kept.
    private ByteBuffer take() {
        synchronized (blocks) {
            ByteBuffer kept = blocks.poll();
            return kept == null
                    ? ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN)
                    : kept.clear();
        }
    }

    private void giveBack(ByteBuffer block) {
        synchronized (blocks) {
            if (blocks.size() < KEPT) {
                blocks.push(block);
            }
        }
    }
}

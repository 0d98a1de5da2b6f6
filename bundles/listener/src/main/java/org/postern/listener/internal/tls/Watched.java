package org.postern.listener.internal.tls;

import java.util.List;
import java.util.Optional;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.GuardedFile;

/**
 * Something that files say, and that may be replaced at any time: what was good last stays until
 * something else is. Files that have changed are read once they have stayed the same from one look
 * to the next, for who replaces two of them does so one after the other. On one thread.
 *
 * @param <T> what they say
 */
final class Watched<T> {
    private final List<GuardedFile> files;
    private final Reader<T> reader;
    private List<Optional<FileStatus>> seen = List.of();
    private List<Optional<FileStatus>> read = List.of();
    private boolean once;
    private Optional<T> good;
    private Optional<TlsProblem> problem = Optional.empty();

    /** Reads it all from the files. */
    @FunctionalInterface
    interface Reader<T> {
        T read() throws TlsProblem;
    }

    /**
     * @param before what stays in force while these are not good
     */
    Watched(List<GuardedFile> files, Reader<T> reader, Optional<T> before) {
        this.files = List.copyOf(files);
        this.reader = reader;
        good = before;
    }

    /** What was good last. */
    Optional<T> good() {
        return good;
    }

    /** Why it is not what the files say now. */
    Optional<TlsProblem> problem() {
        return problem;
    }

    /** Looks at the files. Whether what is good has changed. */
    boolean look() {
        List<Optional<FileStatus>> now = files.stream().map(GuardedFile::status).toList();
        boolean still = now.equals(seen);
        seen = now;
        if (once && (now.equals(read) || !still)) {
            return false;
        }
        once = true;
        // Seen for the first time they may yet change without getting other times.
        read = still ? now : List.of();
        try {
            Optional<T> next = Optional.of(reader.read());
            problem = Optional.empty();
            boolean changed = !next.equals(good);
            good = next;
            return changed;
        } catch (TlsProblem bad) {
            problem = Optional.of(bad);
            return false;
        }
    }
}

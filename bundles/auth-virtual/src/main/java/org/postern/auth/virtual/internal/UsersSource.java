package org.postern.auth.virtual.internal;

import java.nio.file.Path;
import java.util.Optional;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.GuardedFile;
import org.postern.api.posix.GuardedFile.Openness;
import org.postern.api.posix.Posix;
import org.postern.api.posix.UnfitFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users in force: those of the last good reading of the file, read again when the file has
 * changed. Looked at by workers and a timer; never by an event loop.
 */
final class UsersSource {
    private static final Logger LOG = LoggerFactory.getLogger(UsersSource.class);

    private static final int MOST_OCTETS = 64 << 20;

    private final GuardedFile file;
    private final CryptLibrary library;
    private volatile Optional<Users> current = Optional.empty();
    private volatile String problem = "";
    private Optional<FileStatus> seen = Optional.empty();
    private boolean looked;
    private boolean settled;

    /**
     * @param path absolute, of a file that others than its owner's group cannot read
     */
    UsersSource(Posix posix, Path path, CryptLibrary library) {
        this.file = new GuardedFile(posix, path, Openness.SECRET, MOST_OCTETS);
        this.library = library;
    }

    /** The users in force, if there ever was a good file. */
    Optional<Users> current() {
        return current;
    }

    /** What is wrong with the file as it is now, or empty. */
    String problem() {
        return problem;
    }

    String path() {
        return file.path().toString();
    }

    /** Reads the file if it is not the one that was read last. */
    synchronized void refresh() {
        Optional<FileStatus> now = file.status();
        boolean unchanged =
                looked
                        && now.isPresent() == seen.isPresent()
                        && (now.isEmpty() || isUnchanged(now.get(), seen.get()));
        if (unchanged && settled) {
            return;
        }
        String before = problem;
        looked = true;
        seen = now;
        settled = true;
        try {
            GuardedFile.Content content = read();
            seen = Optional.of(content.status());
            settled = content.settled();
            Users users = UsersParser.parse(content.octets(), new PasswordSchemes(library));
            current = Optional.of(users);
            problem = "";
            if (!unchanged) {
                LOG.info("{} users read from {}", users.count(), path());
            }
        } catch (UsersProblem refused) {
            problem = refused.describe(path());
            if (!unchanged || !problem.equals(before)) {
                LOG.error(
                        "users file refused: {}{}",
                        problem,
                        current.isPresent() ? " (the last good one stays in force)" : "");
            }
        }
    }

    private GuardedFile.Content read() throws UsersProblem {
        try {
            return file.read();
        } catch (UnfitFileException unfit) {
            String remedy = unfit.isMissing() ? ": make it, mode 600, one user a line" : "";
            throw new UsersProblem(0, unfit.getMessage() + remedy);
        }
    }

    // chmod and chown change the ctime, which isUnchangedSince compares as well.
    private static boolean isUnchanged(FileStatus now, FileStatus before) {
        return now.isUnchangedSince(before);
    }
}

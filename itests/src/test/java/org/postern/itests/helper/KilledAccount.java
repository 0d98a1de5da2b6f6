package org.postern.itests.helper;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailStorage;

/**
 * An account whose home is a link: each login has it lead to the directory that is wanted, of which
 * the agent holds a descriptor from then on. So one account has any number of mailboxes.
 */
final class KilledAccount {
    private static final String AGENT = "agent";

    private static final long PAUSE_NANOS = 1_000_000;

    private final HelperSite site;
    private final String name;
    private final Path home;
    private final Path turns;

    /**
     * @param helper the name that contracts gives it and its account, which nobody else uses; its
     *     mail is below the home
     */
    KilledAccount(Posix posix, String helper) throws IOException {
        this.site = new HelperSite(posix, helper);
        this.name = "postern-ct-" + helper;
        this.home = HelperSite.work().resolve("home-" + helper);
        this.turns = HelperSite.work().resolve("turns-" + helper);
    }

    /** Logs in; one process after the other, so that each knows which agent is its own. */
    MailStorage storage(Path directory) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(
                                turns, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock turn = channel.lock()) {
            Path link = Files.createSymbolicLink(directory.resolve("home"), directory);
            Files.move(link, home, StandardCopyOption.ATOMIC_MOVE);
            List<ProcessHandle> before = site.sessions().toList();
            MailStorage storage = site.logIn(name);
            Files.writeString(directory.resolve(AGENT), Long.toString(newest(before, turn)));
            return storage;
        }
    }

    // Of those that have come, all others end soon: they are asked for their status.
    private long newest(List<ProcessHandle> before, FileLock turn) throws IOException {
        while (turn.isValid()) {
            List<ProcessHandle> after =
                    site.sessions().filter(session -> !before.contains(session)).toList();
            if (after.size() == 1) {
                return after.get(0).pid();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new AssertionError("the lock is lost");
    }

    /** Who opened this directory's mailbox last. */
    Optional<ProcessHandle> agent(Path directory) throws IOException {
        String pid = Files.readString(directory.resolve(AGENT));
        return Optional.of(ProcessHandle.of(Long.parseLong(pid)).orElseThrow());
    }
}

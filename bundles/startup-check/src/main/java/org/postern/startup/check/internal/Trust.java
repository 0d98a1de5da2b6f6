package org.postern.startup.check.internal;

import java.util.Optional;
import org.postern.startup.check.internal.FileView.Entry;

/** Who may change a file, and what is to be said about all others. */
enum Trust {
    /** Root and this process's user. */
    SERVER,
    /** Root alone: what stands between this process and root. */
    ROOT;

    static final int READ = 4;
    static final int WRITE = 2;

    /** Whether an owner may be one. */
    boolean owner(Entry entry, Accounts accounts) {
        return entry.uid() == 0 || (this == SERVER && accounts.isOurs(entry.uid()));
    }

    /** Who else may write, as in "everybody"; a user's private group is that user. */
    Optional<String> writers(Entry entry, Accounts accounts) {
        if (entry.othersMay(WRITE)) {
            return Optional.of("everybody");
        }
        if (groupWrites(entry, accounts)) {
            return Optional.of(accounts.group(entry.gid()));
        }
        return Optional.empty();
    }

    /** What chmod is to be told so that nobody else may. */
    String withoutWriters(Entry entry, Accounts accounts) {
        if (!entry.othersMay(WRITE)) {
            return "g-w";
        }
        return groupWrites(entry, accounts) ? "go-w" : "o-w";
    }

    private boolean groupWrites(Entry entry, Accounts accounts) {
        return entry.groupMay(WRITE) && (this == ROOT || !accounts.isPrivate(entry.gid()));
    }

    /** Who else may read; a group in which nobody else is may. */
    static Optional<String> readers(Entry entry, Accounts accounts) {
        if (entry.othersMay(READ)) {
            return Optional.of("everybody");
        }
        if (entry.groupMay(READ) && accounts.hasOthers(entry.gid())) {
            return Optional.of(accounts.group(entry.gid()));
        }
        return Optional.empty();
    }
}

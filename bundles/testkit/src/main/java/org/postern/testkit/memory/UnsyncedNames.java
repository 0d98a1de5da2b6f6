package org.postern.testkit.memory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;

/**
 * The names that a power cut may take or bring back. A file system writes its directories when and
 * in which order it likes; only what a sync of a directory has waited for is certain. One thing it
 * does not do: a renamed file is never without a name, because every file system with a journal
 * puts both halves of a renaming into one transaction. It may have both names.
 */
final class UnsyncedNames {
    private final Map<MailEntry, MemoryFiles.Link> synced = new LinkedHashMap<>();
    private final List<Change> changes = new ArrayList<>();

    /** A name leads to a file, or nowhere; lost if the change that it comes after is lost. */
    private static final class Change {
        private final MailEntry entry;
        private final Optional<MemoryFiles.Link> link;
        private final Optional<Change> after;

        Change(MailEntry entry, Optional<MemoryFiles.Link> link, Optional<Change> after) {
            this.entry = entry;
            this.link = link;
            this.after = after;
        }
    }

    void made(MailEntry entry, MemoryFiles.Link link) {
        changes.add(new Change(entry, Optional.of(link), Optional.empty()));
    }

    void removed(MailEntry entry) {
        changes.add(new Change(entry, Optional.empty(), Optional.empty()));
    }

    void moved(MailEntry from, MailEntry to, MemoryFiles.Link link) {
        Change made = new Change(to, Optional.of(link), Optional.empty());
        changes.add(made);
        changes.add(new Change(from, Optional.empty(), Optional.of(made)));
    }

    void sync(MailDirectory directory) {
        Set<Change> certain = new HashSet<>();
        for (Change change : changes) {
            if (change.entry.directory() == directory) {
                certain.add(change);
                change.after.ifPresent(certain::add);
            }
        }
        keep(certain);
        changes.removeAll(certain);
    }

    /** Decides by chance, and answers what names there are now. */
    Map<MailEntry, MemoryFiles.Link> losePower(RandomGenerator random) {
        Set<Change> kept = new HashSet<>();
        for (Change change : changes) {
            boolean possible = change.after.isEmpty() || kept.contains(change.after.get());
            // One draw for each change, so that a seed means the same after another one was lost.
            if (random.nextBoolean() && possible) {
                kept.add(change);
            }
        }
        keep(kept);
        changes.clear();
        return synced;
    }

    void forget(MailDirectory directory) {
        synced.keySet().removeIf(entry -> entry.directory() == directory);
        changes.removeIf(change -> change.entry.directory() == directory);
    }

    private void keep(Set<Change> kept) {
        for (Change change : changes) {
            if (kept.contains(change)) {
                synced.remove(change.entry);
                change.link.ifPresent(link -> synced.put(change.entry, link));
            }
        }
    }
}

package org.postern.mailbox.maildir.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.storage.EntryPage;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;

/**
 * Where the messages of a snapshot are by now. One look at the directories finds all that others
 * have renamed, so that a thousand changed flags cost one listing.
 */
final class Locations {
    private final MailStorage storage;
    private final MailEntry[] entries;
    private final BitSet absent = new BitSet();
    private final BitSet ambiguous = new BitSet();

    /** A file whose base is that of a message. */
    private record Found(MailEntry entry, FileStatus status) {}

    Locations(MailStorage storage, MailboxSnapshot snapshot) {
        this.storage = storage;
        this.entries = new MailEntry[snapshot.count()];
        for (int i = 0; i < entries.length; i++) {
            if (snapshot.storedAt(i) instanceof StoredAt.File file) {
                entries[i] = file.entry();
            }
        }
    }

    /** Where a message was last seen. */
    MailEntry entry(int message) {
        return entries[message];
    }

    /** Notes where this session has moved a message to. */
    void moved(int message, MailEntry entry) {
        entries[message] = entry;
    }

    /**
     * Whether the last look has not seen a message. A directory that changes while it is read may
     * hide an entry, so one look alone proves nothing.
     */
    boolean isAbsent(int message) {
        return absent.get(message);
    }

    /** Whether the last look has seen several files that could be a message. */
    boolean isAmbiguous(int message) {
        return ambiguous.get(message);
    }

    /** Looks through new and cur for where the messages are now. */
    void look() throws StorageException, MailboxException {
        Map<FileName, List<Integer>> messages = new HashMap<>();
        for (int i = 0; i < entries.length; i++) {
            FileName base = MaildirName.base(entries[i].name());
            messages.computeIfAbsent(base, any -> new ArrayList<>(1)).add(i);
        }
        Map<FileName, List<Found>> found = new HashMap<>();
        Listing.messages(storage, (entry, listed) -> note(messages, found, entry, listed));
        absent.clear();
        ambiguous.clear();
        messages.forEach((base, indexes) -> place(indexes, found.getOrDefault(base, List.of())));
    }

    private static void note(
            Map<FileName, List<Integer>> messages,
            Map<FileName, List<Found>> found,
            MailEntry entry,
            EntryPage.Listed listed) {
        FileName base = MaildirName.base(entry.name());
        if (messages.containsKey(base)) {
            List<Found> same = found.computeIfAbsent(base, any -> new ArrayList<>(1));
            // Renamed while it was listed: the later name holds.
            same.removeIf(earlier -> earlier.status().isSameFile(listed.status()));
            same.add(new Found(entry, listed.status()));
        }
    }

    // Which file is which can only be told where one is left for one: bases are unique by all
    // rules, and where somebody broke them nothing may be deleted by guessing.
    private void place(List<Integer> indexes, List<Found> found) {
        Set<MailEntry> free = new HashSet<>();
        found.forEach(file -> free.add(file.entry()));
        List<Integer> lost = new ArrayList<>(1);
        for (int message : indexes) {
            if (!free.remove(entries[message])) {
                lost.add(message);
            }
        }
        for (int message : lost) {
            if (free.isEmpty()) {
                absent.set(message);
            } else if (free.size() == 1 && lost.size() == 1) {
                entries[message] = free.iterator().next();
            } else {
                ambiguous.set(message);
            }
        }
    }
}

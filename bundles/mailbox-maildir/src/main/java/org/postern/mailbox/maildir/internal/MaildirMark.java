package org.postern.mailbox.maildir.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.Opened;
import org.postern.api.storage.StorageException;

/**
 * What tells that a Maildir has the same messages, and the same names for them.
 *
 * @param directories new and cur
 * @param lists of another server's unique-ids, each if it is there
 */
record MaildirMark(List<FileStatus> directories, List<Optional<FileStatus>> lists) {
    MaildirMark {
        directories = List.copyOf(directories);
        lists = List.copyOf(lists);
    }

    /** How the directories are now; empty where that cannot be told. */
    static Optional<MaildirMark> of(MailStorage storage) throws IOException {
        try {
            Optional<FileStatus> fresh = storage.status(MailDirectory.NEW);
            Optional<FileStatus> cur = storage.status(MailDirectory.CUR);
            return fresh.isPresent() && cur.isPresent()
                    ? Optional.of(new MaildirMark(List.of(fresh.get(), cur.get()), List.of()))
                    : Optional.empty();
        } catch (StorageException unknown) {
            // One is missing, or there is something in its place: who lists it says what.
            return Optional.empty();
        }
    }

    /** The same with the lists as they are now; empty where one is not fit to be read. */
    Optional<MaildirMark> withLists(MailStorage storage, IdRule rule) throws IOException {
        List<MailEntry> entries =
                rule.lists().stream()
                        .map(name -> new MailEntry(MailDirectory.ROOT, FileName.of(name)))
                        .toList();
        List<Opened> opened = entries.isEmpty() ? List.of() : Batches.open(storage, entries);
        opened.forEach(Batches::close);
        return statuses(opened).map(this::withLists);
    }

    MaildirMark withLists(List<Optional<FileStatus>> statuses) {
        return new MaildirMark(directories, statuses);
    }

    /** Of files that are there, or not; empty if one is not fit to be opened. */
    static Optional<List<Optional<FileStatus>>> statuses(List<Opened> lists) {
        List<Optional<FileStatus>> statuses = new ArrayList<>();
        for (Opened opened : lists) {
            if (opened instanceof Opened.File file) {
                statuses.add(Optional.of(file.status()));
            } else if (((Opened.Failed) opened).kind() == StorageException.Kind.MISSING) {
                statuses.add(Optional.empty());
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(statuses);
    }

    /** What a Maildir is found by. */
    KnownMaildirs.Place place(MailStorage storage) {
        return KnownMaildirs.Place.of(directories.get(1), storage.account());
    }

    /** Whether no name has come or gone. */
    boolean hasSameDirectories(MaildirMark then) {
        return directories.get(0).isUnchangedSince(then.directories.get(0))
                && directories.get(1).isUnchangedSince(then.directories.get(1));
    }

    boolean hasSameLists(MaildirMark then) {
        boolean same = lists.size() == then.lists.size();
        for (int i = 0; same && i < lists.size(); i++) {
            Optional<FileStatus> before = then.lists.get(i);
            same =
                    (lists.get(i).isEmpty() || before.isEmpty())
                            ? lists.get(i).equals(before)
                            : lists.get(i).get().isUnchangedSince(before.get());
        }
        return same;
    }

    /** Whether any later change shows in it. */
    boolean isSettled(long begun) {
        return Stream.concat(directories.stream(), lists.stream().flatMap(Optional::stream))
                .allMatch(status -> status.isSettled(begun));
    }
}

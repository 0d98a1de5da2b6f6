package org.postern.mailbox.maildir.internal;

import java.util.ArrayList;
import java.util.List;
import org.postern.api.storage.EntryResult;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.Opened;
import org.postern.api.storage.Renaming;
import org.postern.api.storage.StorageException;

/** A storage's batched calls; each answers once for each entry, or the whole batch has failed. */
final class Batches {
    private Batches() {}

    /** Divides a list into batches. */
    static <T> List<List<T>> of(List<T> all) {
        List<List<T>> batches = new ArrayList<>();
        for (int from = 0; from < all.size(); from += MailStorage.MAX_BATCH) {
            batches.add(all.subList(from, Math.min(all.size(), from + MailStorage.MAX_BATCH)));
        }
        return batches;
    }

    static List<Opened> open(MailStorage storage, List<MailEntry> batch) throws StorageException {
        List<Opened> results = storage.open(List.copyOf(batch));
        if (results.size() != batch.size()) {
            results.forEach(Batches::close);
            throw unanswered();
        }
        return results;
    }

    static void close(Opened opened) {
        if (opened instanceof Opened.File file) {
            file.handle().close();
        }
    }

    static List<EntryResult> unlink(MailStorage storage, List<MailEntry> batch)
            throws StorageException {
        return answered(batch, storage.unlink(List.copyOf(batch)));
    }

    static List<EntryResult> rename(MailStorage storage, List<Renaming> batch)
            throws StorageException {
        return answered(batch, storage.rename(List.copyOf(batch)));
    }

    private static List<EntryResult> answered(List<?> batch, List<EntryResult> results)
            throws StorageException {
        if (results.size() != batch.size()) {
            throw unanswered();
        }
        return results;
    }

    private static StorageException unanswered() {
        return new StorageException(
                StorageException.Kind.UNAVAILABLE, "the storage did not answer for every entry");
    }
}

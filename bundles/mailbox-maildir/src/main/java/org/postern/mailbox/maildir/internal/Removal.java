package org.postern.mailbox.maildir.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.storage.EntryResult;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;

/**
 * Unlinks messages. One that others have renamed is looked for; it counts as deleted when two looks
 * in a row have not seen it, and one that can be neither deleted nor proved gone fails the whole,
 * after everything else has been tried: a client is told +OK only of what cannot come back.
 */
final class Removal {
    // A program that renames faster than this is looked for is not waited for.
    private static final int ROUNDS = 6;

    private final MailStorage storage;
    private final Locations locations;
    private final MaildirSettings settings;
    private final BitSet absentBefore = new BitSet();
    private int failed;

    Removal(MailStorage storage, Locations locations, MaildirSettings settings) {
        this.storage = storage;
        this.locations = locations;
        this.settings = settings;
    }

    void remove(BitSet messages) throws StorageException, MailboxException {
        if (messages.isEmpty()) {
            return;
        }
        List<Integer> pending = messages.stream().boxed().toList();
        for (int round = 1; !pending.isEmpty(); round++) {
            List<Integer> missing = unlink(pending);
            if (missing.isEmpty()) {
                break;
            }
            if (round == ROUNDS) {
                failed += missing.size();
                break;
            }
            locations.look();
            pending = findable(missing);
        }
        sync();
        if (failed > 0) {
            throw new MailboxException(
                    Kind.UNAVAILABLE,
                    failed
                            + " message files could not be deleted: check the Maildir's permissions"
                            + " and what else works on it");
        }
    }

    private List<Integer> unlink(List<Integer> messages) throws StorageException {
        List<Integer> missing = new ArrayList<>();
        for (List<Integer> batch : Batches.of(messages)) {
            List<MailEntry> entries = batch.stream().map(locations::entry).toList();
            List<EntryResult> results = Batches.unlink(storage, entries);
            for (int i = 0; i < batch.size(); i++) {
                switch (results.get(i)) {
                    case DONE -> {}
                    case MISSING -> missing.add(batch.get(i));
                    case EXISTS, NOT_PERMITTED, FAILED -> failed++;
                }
            }
        }
        return missing;
    }

    private List<Integer> findable(List<Integer> missing) {
        List<Integer> findable = new ArrayList<>();
        for (int message : missing) {
            if (locations.isAmbiguous(message)) {
                failed++;
            } else if (!locations.isAbsent(message)) {
                absentBefore.clear(message);
                findable.add(message);
            } else if (!absentBefore.get(message)) {
                absentBefore.set(message);
                findable.add(message);
            }
        }
        return findable;
    }

    // Both, wherever the messages were, and also if others have deleted them: who moved one here
    // from
    // there may not have synced, and with the power lost its old name is back.
    private void sync() throws StorageException {
        if (settings.durability() == MaildirSettings.Durability.POWER) {
            Directories.sync(storage, MailDirectory.NEW);
            Directories.sync(storage, MailDirectory.CUR);
        }
    }
}

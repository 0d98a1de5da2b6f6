package org.postern.mailbox.maildir.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.posix.FileName;
import org.postern.api.storage.EntryResult;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.Renaming;
import org.postern.api.storage.StorageException;

/**
 * Moves messages that a client has been shown from new to cur. One that others have moved or
 * deleted is theirs; one whose name is taken in cur, or would get too long, stays in new.
 */
final class Acknowledgement {
    private final MailStorage storage;
    private final Locations locations;
    private final MaildirSettings settings;

    /** One move. */
    private record Move(int message, MailEntry from, MailEntry to) {}

    Acknowledgement(MailStorage storage, Locations locations, MaildirSettings settings) {
        this.storage = storage;
        this.locations = locations;
        this.settings = settings;
    }

    void move(BitSet messages) throws StorageException, MailboxException {
        int moved = 0;
        int failed = 0;
        for (List<Move> batch : Batches.of(moves(messages))) {
            List<Renaming> renamings =
                    batch.stream().map(move -> new Renaming(move.from(), move.to())).toList();
            List<EntryResult> results = Batches.rename(storage, renamings);
            for (int i = 0; i < batch.size(); i++) {
                switch (results.get(i)) {
                    case DONE -> {
                        locations.moved(batch.get(i).message(), batch.get(i).to());
                        moved++;
                    }
                    case MISSING, EXISTS -> {}
                    case NOT_PERMITTED, FAILED -> failed++;
                }
            }
        }
        if (moved > 0 && settings.durability() == MaildirSettings.Durability.POWER) {
            // First where they are now: a crash in between may show them twice, but never nowhere.
            Directories.sync(storage, MailDirectory.CUR);
            Directories.sync(storage, MailDirectory.NEW);
        }
        if (failed > 0) {
            throw new MailboxException(
                    Kind.UNAVAILABLE, failed + " message files could not be moved to cur");
        }
    }

    private List<Move> moves(BitSet messages) {
        List<Move> moves = new ArrayList<>();
        messages.stream()
                .filter(message -> locations.entry(message).directory() == MailDirectory.NEW)
                .forEach(
                        message -> {
                            MailEntry from = locations.entry(message);
                            byte[] name = MaildirName.seen(from.name());
                            if (FileName.isComponent(name)) {
                                MailEntry to = new MailEntry(MailDirectory.CUR, FileName.of(name));
                                moves.add(new Move(message, from, to));
                            }
                        });
        return moves;
    }
}

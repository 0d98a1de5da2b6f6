package org.postern.mailbox.maildir.internal;

import java.io.IOException;
import java.util.Optional;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.SpareThreads;
import org.postern.api.storage.MailStorage;

/**
 * Opens a Maildir by what is known of it: as it was, if nothing has changed, and otherwise by
 * reading those messages alone that are new.
 */
final class IndexedOpening {
    private final MailStorage storage;
    private final MailboxBounds bounds;
    private final MaildirSettings settings;
    private final SpareThreads threads;
    private final KnownMaildirs known;
    private final SizeFiles files;
    private final long begun;

    /**
     * @param begun now, in nanoseconds since the epoch
     */
    IndexedOpening(
            MailStorage storage,
            MailboxBounds bounds,
            MaildirSettings settings,
            SpareThreads threads,
            KnownMaildirs known,
            SizeFiles files,
            long begun) {
        this.threads = threads;
        this.storage = storage;
        this.bounds = bounds;
        this.settings = settings;
        this.known = known;
        this.files = files;
        this.begun = begun;
    }

    /** What it is found by, and forgotten by, if that can be told. */
    record Result(MailboxSnapshot snapshot, Optional<KnownMaildirs.Place> place) {}

    Result open() throws MailboxException, IOException {
        Optional<MaildirMark> now = MaildirMark.of(storage);
        Optional<KnownMaildirs.Place> place = now.map(mark -> mark.place(storage));
        Optional<KnownMaildir> before = place.flatMap(known::find);
        if (before.isPresent() && holds(before.get(), now.orElseThrow())) {
            return new Result(before.get().snapshot(), place);
        }
        Opening opening =
                new Opening(
                        storage,
                        bounds,
                        settings.uniqueIds(),
                        threads,
                        before.map(KnownMaildir::sizes)
                                .or(() -> place.flatMap(it -> files.find(it, bounds, settings))));
        MailboxSnapshot snapshot = opening.snapshot();
        if (place.isPresent()) {
            KnownSizes sizes = KnownSizes.of(opening.messages(), begun);
            known.keep(
                    place.get(),
                    new KnownMaildir(settings.uniqueIds(), still(now, opening), snapshot, sizes),
                    settings.indexMemory());
            files.keep(place.get(), sizes, opening.counted(), begun, settings);
        }
        return new Result(snapshot, place);
    }

    private boolean holds(KnownMaildir before, MaildirMark now) throws IOException {
        Optional<MaildirMark> then = before.mark();
        if (then.isEmpty()
                || before.rule() != settings.uniqueIds()
                || !now.hasSameDirectories(then.get())
                || !before.isWithin(bounds)) {
            return false;
        }
        return now.withLists(storage, settings.uniqueIds())
                .filter(it -> it.hasSameLists(then.get()))
                .isPresent();
    }

    // As it was before, if it is so now, and any later change will show.
    private Optional<MaildirMark> still(Optional<MaildirMark> before, Opening opening)
            throws IOException {
        Optional<MaildirMark> mark =
                before.flatMap(it -> opening.lists().map(it::withLists))
                        .filter(it -> opening.isComplete() && it.isSettled(begun));
        if (mark.isEmpty()) {
            return mark;
        }
        return MaildirMark.of(storage)
                .flatMap(now -> mark.filter(it -> now.hasSameDirectories(it)));
    }
}

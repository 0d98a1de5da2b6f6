package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.Step;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.LockMode;
import org.postern.api.storage.MailStorage;

/**
 * Opens an mbox for a new session: read under a shared lock, which is released before it is done.
 * One that a deletion left torn is mended first, under an exclusive lock. One that is as it is
 * known is neither read nor locked: whoever holds a lock on it has not written yet.
 */
final class Opening implements Task<Mailbox> {
    // Nanoseconds: as long as times with fractions take.
    private static final long LONGEST_SETTLING = 100_000_000;

    private final MailStorage storage;
    private final MailboxBounds bounds;
    private final MboxContext context;
    private Optional<FileHandle> handle = Optional.empty();
    private boolean writable;
    private Optional<LockWait> lock = Optional.empty();
    private Optional<Mending> mending = Optional.empty();
    // Once it is locked: the mailbox as it is known, or is being read.
    private Optional<KnownMailbox> known = Optional.empty();
    private Optional<IndexedRead> read = Optional.empty();

    Opening(MailStorage storage, MailboxBounds bounds, MboxContext context) {
        this.storage = storage;
        this.bounds = bounds;
        this.context = context;
    }

    @Override
    public Step<Mailbox> advance() throws IOException, MailboxException {
        if (handle.isEmpty()) {
            handle = storage.openMailbox();
            if (handle.isEmpty()) {
                return done(MailboxSnapshot.builder().build(), Optional.empty());
            }
            FileHandle file = handle.get();
            FileStatus now = file.status();
            if (isKnown(now)) {
                return opened(known.orElseThrow());
            }
            lock = Optional.of(new LockWait(file, LockMode.SHARED, context.settings()));
            Optional<Duration> wait = untilSettled(now);
            if (wait.isPresent()) {
                return new Step.Wait<>(wait.get());
            }
        }
        if (read.isEmpty()) {
            Optional<Duration> wait = lockedAndWhole();
            if (wait.isPresent()) {
                return new Step.Wait<>(wait.get());
            }
            if (isKnown(handle.get().status())) {
                return opened(known.orElseThrow());
            }
            FileStatus now = handle.get().status();
            read = Optional.of(new IndexedRead(handle.get(), before(now), bounds, context));
        }
        Optional<Duration> wait = read.get().advance();
        if (wait.isPresent()) {
            return new Step.Wait<>(wait.get());
        }
        KnownMailbox result = read.get().result();
        if (result.snapshot().count() == 0) {
            return done(result.snapshot(), Optional.empty());
        }
        context.keep(result);
        return opened(result);
    }

    // A small one that has changed is read again, so that its messages need no comparing one by
    // one.
    private Optional<KnownMailbox> before(FileStatus now) {
        return now.size() < context.readWholeBelow()
                ? Optional.empty()
                : known.or(() -> context.indexFiles().find(now, bounds, context.settings()));
    }

    /**
     * What is read whole while its times are fresh is known by samples from then on, and compared
     * whole before anything is deleted. A large one is worth the rest of a tenth of a second: no
     * lock is held meanwhile, and it is waited once, for others may go on writing. Whole seconds,
     * and a clock that is ahead of ours, would take longer and are not waited for.
     */
    private Optional<Duration> untilSettled(FileStatus now) {
        // Of the clock that files are stamped with, which may be behind by up to a tick.
        long tick = context.posix().coarseTickNanos();
        long left = now.untilSettled(context.known().now());
        boolean soon = left > 0 && left <= LONGEST_SETTLING + tick;
        return soon && isReadWholeAndKept(now)
                ? Optional.of(Duration.ofNanos(left + tick))
                : Stage.OVER;
    }

    private boolean isReadWholeAndKept(FileStatus now) {
        return now.size() >= context.readWholeBelow()
                && known.isEmpty()
                && !context.indexFiles().has(now, context.settings())
                && context.settings().indexMemory() > 0;
    }

    // Whether nothing has to be read. If not, what is known may be of use.
    private boolean isKnown(FileStatus now) throws MailboxException {
        known =
                context.known()
                        .find(now, context.settings().uniqueIds())
                        .filter(it -> it.isWithin(bounds));
        return known.isPresent() && known.get().holds(now) && !context.journals().isTorn(now);
    }

    private Optional<Duration> lockedAndWhole() throws IOException, MailboxException {
        Optional<Duration> wait = lock.orElseThrow().advance();
        if (wait.isPresent()) {
            return wait;
        }
        FileHandle file = handle.orElseThrow();
        FileStatus now = file.status();
        if (context.journals().isTorn(now)) {
            return mend(file, now);
        }
        return Stage.OVER;
    }

    // Under the lock. A torn mailbox is mended on the session's one handle for writing, which is
    // then what it is read by, too.
    private Optional<Duration> mend(FileHandle file, FileStatus torn)
            throws IOException, MailboxException {
        if (writable) {
            if (mending.isEmpty()) {
                mending = Optional.of(new Mending(file, context));
            }
            return mending.get().advance();
        }
        FileHandle update = storage.openForUpdate(torn);
        MboxFile.release(file);
        handle = Optional.of(update);
        writable = true;
        lock = Optional.of(new LockWait(update, LockMode.EXCLUSIVE, context.settings()));
        return Stage.YIELD;
    }

    private Step<Mailbox> opened(KnownMailbox read) throws IOException {
        FileHandle file = handle.orElseThrow();
        file.unlock();
        handle = Optional.empty();
        MboxFile opened = new MboxFile(storage, file, writable, read.status(), read.sampled());
        return done(read.snapshot(), Optional.of(opened));
    }

    private Step<Mailbox> done(MailboxSnapshot snapshot, Optional<MboxFile> file) {
        return new Step.Done<>(new MboxMailbox(storage, snapshot, file, context));
    }

    @Override
    public void release() {
        try {
            mending.ifPresent(Mending::release);
        } finally {
            handle.ifPresent(MboxFile::release);
        }
    }
}

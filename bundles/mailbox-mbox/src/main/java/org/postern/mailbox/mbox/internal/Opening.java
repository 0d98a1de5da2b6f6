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
 * One that a deletion left torn is mended first, under an exclusive lock.
 */
final class Opening implements Task<Mailbox> {
    private final MailStorage storage;
    private final MailboxBounds bounds;
    private final MboxContext context;
    private final MboxReader reader;
    private Optional<FileHandle> handle = Optional.empty();
    private boolean writable;
    private Optional<LockWait> lock = Optional.empty();
    private Optional<Mending> mending = Optional.empty();
    private Optional<StableScan> scan = Optional.empty();
    private long begun;

    Opening(MailStorage storage, MailboxBounds bounds, MboxContext context) {
        this.storage = storage;
        this.bounds = bounds;
        this.context = context;
        this.reader = new MboxReader(bounds, context.settings().uniqueIds(), context.imapBases());
    }

    @Override
    public Step<Mailbox> advance() throws IOException, MailboxException {
        if (handle.isEmpty()) {
            handle = storage.openMailbox();
            if (handle.isEmpty()) {
                return done(MailboxSnapshot.builder().build(), Optional.empty());
            }
            lock = handle.map(file -> new LockWait(file, LockMode.SHARED, context.settings()));
        }
        if (scan.isEmpty()) {
            Optional<Duration> wait = lock.orElseThrow().advance();
            if (wait.isPresent()) {
                return new Step.Wait<>(wait.get());
            }
            FileHandle file = handle.get();
            FileStatus now = file.status();
            if (context.journals().isTorn(now)) {
                wait = mend(file, now);
                if (wait.isPresent()) {
                    return new Step.Wait<>(wait.get());
                }
                now = file.status();
            }
            Optional<MailboxSnapshot> known =
                    context.known().find(now, bounds, context.settings().uniqueIds());
            if (known.isPresent()) {
                return opened(known.get(), now);
            }
            begun = context.known().now();
            scan = Optional.of(new StableScan(file, reader, true, context));
        }
        Optional<Duration> wait = scan.get().advance();
        if (wait.isPresent()) {
            return new Step.Wait<>(wait.get());
        }
        MailboxSnapshot snapshot = reader.snapshot();
        if (snapshot.count() == 0) {
            return done(snapshot, Optional.empty());
        }
        FileStatus read = scan.get().status();
        context.known().keep(read, begun, context.settings().uniqueIds(), snapshot);
        return opened(snapshot, read);
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

    private Step<Mailbox> opened(MailboxSnapshot snapshot, FileStatus status) throws IOException {
        FileHandle file = handle.orElseThrow();
        file.unlock();
        handle = Optional.empty();
        return done(snapshot, Optional.of(new MboxFile(storage, file, writable, status)));
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

package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.Step;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.storage.MailStorage;

/**
 * Goes on with a session whose mailbox was opened by another instance of this format: the same file
 * with the same messages, or CHANGED. What the snapshot says of places and digests is compared with
 * the file, so versions that compute digests differently cannot take over each other's sessions.
 */
final class Resuming implements Task<Mailbox> {
    private final MailStorage storage;
    private final MailboxSnapshot snapshot;
    private final MboxContext context;
    private Optional<MboxFile> file = Optional.empty();
    private Optional<ForeignChange> change = Optional.empty();

    Resuming(MailStorage storage, MailboxSnapshot snapshot, MboxContext context) {
        this.storage = storage;
        this.snapshot = snapshot;
        this.context = context;
    }

    @Override
    public Step<Mailbox> advance() throws IOException, MailboxException {
        if (snapshot.count() == 0) {
            return done();
        }
        if (change.isEmpty()) {
            file = Optional.of(open());
            change = file.map(opened -> new ForeignChange(opened, snapshot, context));
        }
        Optional<Duration> wait = change.get().advance();
        return wait.isPresent() ? new Step.Wait<>(wait.get()) : done();
    }

    private MboxFile open() throws IOException, MailboxException {
        Optional<FileStatus> then = snapshot.file();
        if (then.isEmpty() || !(snapshot.storedAt(0) instanceof StoredAt.Range)) {
            throw Verification.changed("the session's messages are not those of an mbox");
        }
        Optional<FileHandle> handle = storage.openMailbox();
        if (handle.isEmpty()) {
            throw Verification.changed("the mbox has been removed");
        }
        // Another inode in its place is a status that has changed, and is found so. Whether all
        // messages were compared, a snapshot does not say.
        return new MboxFile(storage, handle.get(), false, then.get(), true);
    }

    private Step<Mailbox> done() {
        Optional<MboxFile> verified = file;
        file = Optional.empty();
        return new Step.Done<>(new MboxMailbox(storage, snapshot, verified, context));
    }

    @Override
    public void release() {
        change.ifPresent(ForeignChange::release);
        file.ifPresent(MboxFile::close);
    }
}

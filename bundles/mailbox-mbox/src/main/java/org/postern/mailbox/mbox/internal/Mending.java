package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a rewrite that was cut off, on the file's descriptor for writing, under the exclusive lock.
 * What was appended meanwhile, which is the normal case, moves with the rest. A file that is not
 * what the rewrite can have left is somebody else's by now, and is not touched.
 */
final class Mending implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(Mending.class);

    private final FileHandle file;
    private final MboxContext context;
    private Optional<Rewrite> rewrite = Optional.empty();
    private boolean looked;

    Mending(FileHandle file, MboxContext context) {
        this.file = file;
        this.context = context;
    }

    @Override
    public Optional<Duration> advance() throws IOException, MailboxException {
        if (!looked) {
            look();
            looked = true;
        }
        return rewrite.isPresent() ? rewrite.get().advance() : OVER;
    }

    private void look() throws PosixException, MailboxException {
        FileStatus status = file.status();
        for (FileName candidate : context.journals().candidates(status)) {
            if (isOurs(candidate, status)) {
                context.journals().claim(candidate, status);
                break;
            }
            context.journals().decline(candidate, status);
        }
        if (!context.journals().isTorn(status)) {
            return;
        }
        Optional<Journal> found = context.journals().find(status, context.buffers());
        if (found.isEmpty()) {
            return;
        }
        Journal journal = found.get();
        boolean goesOn = false;
        try {
            goesOn = judge(journal, status);
        } finally {
            if (!goesOn) {
                journal.close();
            }
        }
        if (goesOn) {
            LOG.info(
                    "A deletion that was cut off is ended: device {}, inode {}",
                    status.device(),
                    status.inode());
            rewrite = Optional.of(new Rewrite(file, status, journal, context));
        }
    }

    // Only what speaks for it counts: the seal, or samples of what the journal is about.
    private boolean isOurs(FileName candidate, FileStatus status)
            throws PosixException, MailboxException {
        Optional<Journal> found =
                context.journals().candidate(candidate, status, context.buffers());
        if (found.isEmpty()) {
            return false;
        }
        Journal journal = found.get();
        try {
            return journal.mark().sealed()
                    ? hasSeal(journal, status)
                    : !journal.content().samples().isEmpty()
                            && status.size() >= journal.mark().end()
                            && isWhatWasLeft(journal);
        } finally {
            journal.close();
        }
    }

    // Whether there is anything left to be done.
    private boolean judge(Journal journal, FileStatus status)
            throws PosixException, MailboxException {
        if (context.settings().survivesPower()) {
            // What was found may be known to memory alone, if the process before was killed: a
            // journal, its mark and then a cut that power can still take back.
            context.journals().sync();
            journal.sync();
            file.sync();
        }
        Mark mark = journal.mark();
        if (mark.sealed() && !hasSeal(journal, status)) {
            context.journals().remove(status);
            return false;
        }
        if (status.size() < mark.end()) {
            context.journals().putAside(status, "the mbox is shorter than it can be");
            return false;
        }
        if (!isWhatWasLeft(journal)) {
            context.journals().putAside(status, "the mbox has other mail in it");
            return false;
        }
        if (!journal.isMarkTrue(file)) {
            context.journals().putAside(status, "the mail that it holds is damaged");
            return false;
        }
        if (status.size() > mark.end()) {
            journal.mark(mark.extend(appended(journal, status), status.size()));
            if (context.settings().survivesPower()) {
                journal.sync();
            }
        }
        return true;
    }

    private boolean isWhatWasLeft(Journal journal) throws PosixException {
        Journal.Content content = journal.content();
        for (Sample sample : content.samples()) {
            if (!sample.fits(file, content.plan(), journal.mark(), context.buffers())) {
                return false;
            }
        }
        // Mail that was appended moves over it, once it was seen to be there.
        return journal.mark().appended() >= 0 || content.tail().isThere(file, context.buffers());
    }

    private boolean hasSeal(Journal journal, FileStatus status) throws PosixException {
        RewritePlan plan = journal.plan();
        int length = Rewrite.sealLength(plan, journal.mark());
        if (status.size() < plan.size() + length) {
            return false;
        }
        ByteBuffer block = context.buffers().take();
        try {
            block.limit(length);
            while (block.hasRemaining()) {
                if (file.read(block, plan.size() + block.position()) < 0) {
                    return false;
                }
            }
            ByteBuffer seal = context.buffers().take();
            try {
                seal.putLong(journal.content().seal()).flip().limit(length);
                return block.flip().equals(seal);
            } finally {
                context.buffers().giveBack(seal);
            }
        } finally {
            context.buffers().giveBack(block);
        }
    }

    // Line ends that complete a deleted message go with it, as they do when nothing was cut off.
    private long appended(Journal journal, FileStatus status)
            throws PosixException, MailboxException {
        Mark mark = journal.mark();
        if (mark.appended() >= 0) {
            return mark.appended();
        }
        boolean lastStays = journal.content().plan().end() == mark.end();
        return lastStays
                ? mark.end()
                : AppendedMail.startAfterAll(file, mark.end(), status.size(), context.buffers());
    }

    /** Given up in the middle, it is ended all the same. */
    void release() {
        try {
            if (rewrite.isPresent()) {
                rewrite.get().complete();
            }
        } catch (MailboxException failed) {
            LOG.error("A mailbox was closed while it was mended: {}", failed.getMessage());
        } finally {
            rewrite.ifPresent(Rewrite::release);
        }
    }
}

package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import org.postern.api.mailbox.Expunged;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.Step;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.LockMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one update of a session: the file is opened for writing, locked for this session alone, found
 * unchanged, and rewritten. The lock is kept until a clock tick after the last write, so that
 * whoever reads the file next to it sees another mtime.
 */
final class Expunging implements Task<Expunged> {
    private static final Logger LOG = LoggerFactory.getLogger(Expunging.class);

    private enum Phase {
        OPEN,
        LOCK,
        VERIFY,
        PLAN,
        REWRITE,
        SETTLE,
        OVER;

        Phase next() {
            return values()[ordinal() + 1];
        }
    }

    private final MboxFile file;
    private final MailboxSnapshot snapshot;
    private final BitSet delete;
    private final Validity validity;
    private final MboxContext context;
    private final Verification verification;
    private final TickWait tick;

    private Phase phase = Phase.OPEN;
    // Each is there from the phase on that needs it.
    private Optional<FileHandle> update = Optional.empty();
    private Optional<LockWait> lock = Optional.empty();
    private Optional<StableScan> scan = Optional.empty();
    private Optional<Rewrite> rewrite = Optional.empty();

    /**
     * @param delete indexes in the snapshot, at least one; not changed by anybody any more
     * @param validity told when the first octet is about to be written
     */
    Expunging(
            MboxFile file,
            MailboxSnapshot snapshot,
            BitSet delete,
            Validity validity,
            MboxContext context) {
        this.file = file;
        this.snapshot = snapshot;
        this.delete = delete;
        this.validity = validity;
        this.context = context;
        this.verification = new Verification(snapshot);
        this.tick = new TickWait(context.posix());
    }

    @Override
    public Step<Expunged> advance() throws IOException, MailboxException {
        while (phase != Phase.OVER) {
            Optional<Duration> wait =
                    switch (phase) {
                        case OPEN -> open();
                        case LOCK -> lock.orElseThrow().advance();
                        case VERIFY -> verify();
                        case PLAN -> plan();
                        case REWRITE -> rewrite.orElseThrow().advance();
                        default -> tick.next(handle().status());
                    };
            if (wait.isPresent()) {
                return new Step.Wait<>(wait.get());
            }
            phase = phase.next();
        }
        return new Step.Done<>(count());
    }

    private Optional<Duration> open() throws IOException {
        update = Optional.of(file.openForUpdate());
        lock = update.map(h -> new LockWait(h, LockMode.EXCLUSIVE, context.settings()));
        return Stage.OVER;
    }

    private Optional<Duration> verify() throws IOException, MailboxException {
        if (scan.isEmpty()) {
            boolean unchanged = handle().status().isUnchangedSince(file.known());
            if (unchanged && !file.isSampled()) {
                return Stage.OVER;
            }
            if (!unchanged) {
                file.requireInPlace();
            }
            scan = Optional.of(new StableScan(handle(), verification, false, context));
        }
        Optional<Duration> wait = scan.get().advance();
        if (wait.isEmpty()) {
            verification.requireAll();
            file.know(scan.get().status());
        }
        return wait;
    }

    private Optional<Duration> plan() throws IOException, MailboxException {
        long size = file.known().size();
        long appended = snapshot.file().orElseThrow().size();
        if (delete.get(snapshot.count() - 1)) {
            appended = AppendedMail.start(handle(), appended, size, context.buffers());
        }
        RewritePlan plan = RewritePlan.of(snapshot, delete, appended, size);
        rewrite = Optional.of(new Rewrite(handle(), file.known(), plan, context));
        validity.rewritten();
        context.forget(file.known());
        return Stage.OVER;
    }

    private Expunged count() {
        int deleted = delete.cardinality();
        long octets = delete.stream().mapToLong(snapshot::octets).sum();
        return new Expunged(
                deleted, octets, snapshot.count() - deleted, snapshot.totalOctets() - octets);
    }

    private FileHandle handle() {
        return update.orElseThrow();
    }

    /** Given up in the middle, the rewrite is ended first: who reads next need not mend it. */
    @Override
    public void release() {
        try {
            if (phase == Phase.REWRITE) {
                rewrite.orElseThrow().complete();
            }
        } catch (MailboxException failed) {
            LOG.error("A mailbox was closed in its update: {}", failed.getMessage());
        } finally {
            rewrite.ifPresent(Rewrite::release);
            update.ifPresent(MboxFile::release);
        }
    }
}

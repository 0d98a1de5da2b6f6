package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out a plan in place: same inode, owner and mode. Killed at any call, or cut off from its
 * power, it is ended by the next one who reads its {@link Journal}. The owner holds the exclusive
 * lock all the time.
 *
 * <p>It goes in steps. What a step writes is no longer than the gap that the mail goes down by, so
 * no step overwrites what it still has to read, and doing it again does no harm. Where the gap is
 * small the journal first takes a copy of the step's octets. Before a step begins, the journal says
 * that all before it have arrived. Behind the last octet a seal is written, and then the file is
 * cut: as long as the seal is there it was not, whatever was appended meanwhile.
 *
 * <p>Where nothing moves, there is one call that changes anything, and no journal.
 */
final class Rewrite implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(Rewrite.class);

    private static final long SLICE = 16L << 20;

    /** Octets that say that the file is still to be cut. */
    static final int SEAL = Long.BYTES;

    /** A separator starts with an F, a missing line end is an LF: neither has this bit. */
    private static final long NO_MAIL = 0x80;

    private static final SecureRandom RANDOM = new SecureRandom();

    private enum Phase {
        BEGIN,
        STEP,
        COPY,
        ARRIVE,
        CUT,
        SYNC,
        COMMIT,
        OVER
    }

    private final FileHandle file;
    private final FileStatus status;
    private final MboxContext context;
    private final StepSizes sizes;
    private final RewritePlan plan;
    private Optional<Journal> journal = Optional.empty();
    private Phase phase = Phase.BEGIN;
    private long arrived;
    // The step that is under way, and how much of it is done.
    private Mark.Held held = Mark.Held.NOTHING;
    private long length;
    private long done;
    // Octets since others had their turn, and in all.
    private long slice;
    private long total;
    private boolean failed;
    // Whether octets of the mailbox may be others than before.
    private boolean touched;

    /**
     * @param status the file's, under the lock
     */
    Rewrite(FileHandle file, FileStatus status, RewritePlan plan, MboxContext context) {
        this.file = file;
        this.status = status;
        this.plan = plan;
        this.context = context;
        this.sizes = context.steps();
    }

    /**
     * Goes on with one that was cut off.
     *
     * @param found its journal, whose mark says where; closed by {@link #release}
     */
    Rewrite(FileHandle file, FileStatus status, Journal found, MboxContext context) {
        this(file, status, found.plan(), context);
        journal = Optional.of(found);
        touched = true;
        arrived = found.mark().arrived();
        held = found.mark().held();
        length = held.length();
        phase = found.mark().sealed() ? Phase.CUT : length > 0 ? Phase.COPY : Phase.STEP;
    }

    @Override
    public Optional<Duration> advance() throws MailboxException {
        failed = true;
        try {
            while (phase != Phase.OVER) {
                switch (phase) {
                    case BEGIN -> begin();
                    case STEP -> step();
                    case COPY -> {
                        touched = true;
                        if (!copySlice()) {
                            failed = false;
                            return YIELD;
                        }
                        phase = Phase.ARRIVE;
                    }
                    case ARRIVE -> arrive();
                    case CUT -> {
                        file.truncate(plan.size());
                        phase = Phase.SYNC;
                    }
                    case SYNC -> {
                        sync();
                        phase = Phase.COMMIT;
                    }
                    default -> commit();
                }
            }
            failed = false;
            return OVER;
        } catch (PosixException why) {
            if (!touched) {
                callOff();
            }
            throw stopped(why);
        }
    }

    // Where there is no room for what the journal must hold, the mailbox is as it was: its owner
    // may read it, and the disk is not kept full by a plan that is not carried out.
    private void callOff() {
        if (removeJournal() && isDurable()) {
            try {
                context.journals().sync();
            } catch (PosixException failing) {
                LOG.debug("a cut of power may bring a journal back", failing);
            }
        }
    }

    /** Whether there was one. */
    private boolean removeJournal() {
        boolean was = journal.isPresent();
        if (was) {
            release();
            context.journals().remove(status);
        }
        return was;
    }

    /** Goes on to the end, unless it has failed before: then there is nothing more to be done. */
    void complete() throws MailboxException {
        while (!failed && advance().isPresent()) {
            // The next slice.
        }
    }

    /** Closes the journal. */
    void release() {
        journal.ifPresent(Journal::close);
        journal = Optional.empty();
    }

    private void begin() throws PosixException, MailboxException {
        if (plan.moves().isEmpty()) {
            phase = Phase.CUT;
            return;
        }
        // Whoever delivered it may not have done so, and a step is redone from its sources.
        sync();
        Journal.Content content =
                new Journal.Content(
                        plan,
                        Sample.take(file, plan, context.buffers()),
                        Sample.tail(file, plan, status.size(), context.buffers()),
                        RANDOM.nextLong() | NO_MAIL,
                        sizes.held());
        journal =
                Optional.of(
                        context.journals().create(status, content, isDurable(), context.buffers()));
        phase = Phase.STEP;
    }

    private void step() throws PosixException {
        done = 0;
        held = Mark.Held.NOTHING;
        length = 0;
        if (arrived < plan.octets()) {
            Sources sources = new Sources(plan, arrived);
            long left = plan.octets() - arrived;
            // The seal goes behind the last step's octets, and must not meet their sources either.
            long free = sources.gap() - SEAL;
            if (free >= Math.min(left, sizes.least())) {
                length = Math.min(left, Math.min(free, sizes.most()));
            } else {
                length = Math.min(left, journal().content().blockSize());
                held = journal().hold(file, sources, length);
            }
        }
        journal().mark(journal().mark().step(arrived, held));
        if (isDurable()) {
            journal().sync();
        }
        phase = Phase.COPY;
    }

    private boolean copySlice() throws PosixException, MailboxException {
        while (done < length) {
            if (slice >= SLICE) {
                slice = 0;
                return false;
            }
            long until = Math.min(length, done + SLICE - slice);
            if (held.length() > 0) {
                copyHeld(until);
            } else {
                new SharedCopy(file, plan, arrived + done, arrived + until, context.buffers())
                        .copy(context.aides());
            }
            slice += until - done;
            total += until - done;
            done = until;
        }
        return true;
    }

    private void copyHeld(long until) throws PosixException {
        ByteBuffer block = context.buffers().take();
        try {
            long octets;
            for (long at = done; at < until; at += octets) {
                if (!journal().readHeld(held, at, block)) {
                    throw Journal.cut();
                }
                octets = block.remaining();
                file.write(block, plan.first() + arrived + at);
            }
        } finally {
            context.buffers().giveBack(block);
        }
    }

    private void arrive() throws PosixException {
        boolean last = arrived + length == plan.octets();
        if (last) {
            writeSeal();
        }
        sync();
        arrived += length;
        if (last) {
            journal().mark(journal().mark().seal(arrived));
            if (isDurable()) {
                journal().sync();
            }
        }
        phase = last ? Phase.CUT : Phase.STEP;
    }

    private void writeSeal() throws PosixException {
        ByteBuffer block = context.buffers().take();
        try {
            block.putLong(journal().content().seal())
                    .flip()
                    .limit(sealLength(plan, journal().mark()));
            file.write(block, plan.size());
        } finally {
            context.buffers().giveBack(block);
        }
    }

    /** How much of the seal there is room for: it must not make the file longer. */
    static int sealLength(RewritePlan plan, Mark mark) {
        return (int) Math.min(SEAL, mark.end() - plan.size());
    }

    private void commit() {
        removeJournal();
        phase = Phase.OVER;
    }

    private void sync() throws PosixException {
        if (isDurable()) {
            file.sync();
        }
    }

    private boolean isDurable() {
        return context.settings().survivesPower();
    }

    private Journal journal() {
        return journal.orElseThrow();
    }

    private MailboxException stopped(PosixException why) {
        String where =
                switch (phase) {
                    case CUT -> "after all mail was moved, before the file was cut";
                    case SYNC -> "after the file was cut, before it was on stable storage";
                    default -> touched ? "while moving mail" : "before anything was written";
                };
        return new MailboxException(
                MailboxException.Kind.UNAVAILABLE,
                "rewriting the mbox stopped "
                        + where
                        + ", "
                        + total
                        + " of "
                        + plan.octets()
                        + " octets moved: "
                        + why.getMessage(),
                why);
    }
}

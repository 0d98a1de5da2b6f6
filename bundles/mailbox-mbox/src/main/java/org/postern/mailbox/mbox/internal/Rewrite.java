package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/**
 * Carries out a plan in place: same inode, owner and mode. It goes on in slices, but once begun it
 * has to be ended: between its first write and its last the file is neither the old mailbox nor the
 * new one. The owner holds the exclusive lock all the time.
 */
final class Rewrite implements Stage {
    private static final long SLICE = 16L << 20;

    private enum Phase {
        MOVE,
        TRUNCATE,
        SYNC,
        OVER
    }

    private final FileHandle file;
    private final RewritePlan plan;
    private final BlockBuffers buffers;
    private Phase phase = Phase.MOVE;
    private int move;
    // Octets of the current move that have arrived.
    private long arrived;
    private long total;
    private boolean failed;

    Rewrite(FileHandle file, RewritePlan plan, BlockBuffers buffers) {
        this.file = file;
        this.plan = plan;
        this.buffers = buffers;
    }

    @Override
    public Optional<Duration> advance() throws MailboxException {
        failed = true;
        try {
            while (phase != Phase.OVER) {
                switch (phase) {
                    case MOVE -> {
                        if (!moveSlice()) {
                            failed = false;
                            return YIELD;
                        }
                        phase = Phase.TRUNCATE;
                    }
                    case TRUNCATE -> {
                        file.truncate(plan.size());
                        phase = Phase.SYNC;
                    }
                    default -> {
                        file.sync();
                        phase = Phase.OVER;
                    }
                }
            }
            failed = false;
            return OVER;
        } catch (PosixException why) {
            throw stopped(why);
        }
    }

    /** Goes on to the end, unless it has failed before: then there is nothing more to be done. */
    void complete() throws MailboxException {
        while (!failed && advance().isPresent()) {
            // The next slice.
        }
    }

    private boolean moveSlice() throws PosixException {
        ByteBuffer block = buffers.take();
        try {
            long pause = total + SLICE;
            while (move < plan.moves().size()) {
                if (total >= pause) {
                    return false;
                }
                moveBlock(plan.moves().get(move), block);
            }
            return true;
        } finally {
            buffers.giveBack(block);
        }
    }

    // Downwards and in order: what is overwritten has been read before, also where both overlap.
    private void moveBlock(RewritePlan.Move range, ByteBuffer block) throws PosixException {
        block.clear().limit((int) Math.min(block.capacity(), range.length() - arrived));
        int read = file.read(block, range.from() + arrived);
        if (read < 0) {
            throw new PosixException("pread at the end of a file that became shorter", Errno.EIO);
        }
        file.write(block.flip(), range.to() + arrived);
        arrived += read;
        total += read;
        if (arrived == range.length()) {
            arrived = 0;
            move++;
        }
    }

    private MailboxException stopped(PosixException why) {
        String where =
                switch (phase) {
                    case MOVE -> "while moving mail";
                    case TRUNCATE -> "after all mail was moved, before the file was cut";
                    default -> "after the file was cut, before it was on stable storage";
                };
        return new MailboxException(
                MailboxException.Kind.UNAVAILABLE,
                "rewriting the mbox stopped "
                        + where
                        + ", "
                        + total
                        + " of "
                        + plan.octets()
                        + " octets moved in "
                        + move
                        + " of "
                        + plan.moves().size()
                        + " ranges: "
                        + why.getMessage(),
                why);
    }
}

package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.postern.api.hash.Checksum;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/**
 * Some octets that a rewrite keeps. By them a file is known again in whatever state the rewrite
 * left it: they are where they were, or where they go.
 *
 * @param at where they are in the rewritten file
 * @param length how many
 * @param checksum of them
 */
record Sample(long at, int length, long checksum) {
    /** Ranges that samples are taken of; each starts with a From line, and so with a date. */
    private static final int MOST = 32;

    static final int MOST_OCTETS = 256;

    /** Of the octets that stay where they are, and of the ranges, evenly. */
    static List<Sample> take(FileHandle file, RewritePlan plan, BlockBuffers buffers)
            throws PosixException {
        List<Sample> samples = new ArrayList<>();
        int before = (int) Math.min(MOST_OCTETS, plan.first());
        if (before > 0) {
            samples.add(of(file, 0, 0, before, buffers));
            samples.add(of(file, plan.first() - before, plan.first() - before, before, buffers));
        }
        int moves = plan.moves().size();
        int taken = Math.min(moves, MOST);
        for (int i = 0; i < taken; i++) {
            RewritePlan.Move move = plan.moves().get((int) ((long) i * moves / taken));
            int length = (int) Math.min(MOST_OCTETS, move.length());
            samples.add(of(file, move.from(), move.to(), length, buffers));
        }
        return samples;
    }

    /**
     * The file's end, which no step and no seal writes to before appended mail moves, too: whatever
     * state the rewrite left, that is where it was. Empty where so little is deleted that there is
     * no such place.
     *
     * @param size the file's
     */
    static Sample tail(FileHandle file, RewritePlan plan, long size, BlockBuffers buffers)
            throws PosixException {
        long untouched = size - plan.size() - Rewrite.SEAL;
        int length = (int) Math.max(0, Math.min(MOST_OCTETS, untouched));
        return of(file, size - length, size - length, length, buffers);
    }

    /** Whether the file has it where it was. */
    boolean isThere(FileHandle file, BlockBuffers buffers) throws PosixException {
        return read(file, at, length, buffers) == checksum;
    }

    private static Sample of(FileHandle file, long from, long to, int length, BlockBuffers buffers)
            throws PosixException {
        return new Sample(to, length, read(file, from, length, buffers));
    }

    /** Whether a plan's samples can be so: for one that was read from a file. */
    boolean isOf(RewritePlan plan) {
        return isSound() && length > 0 && at + length <= plan.size();
    }

    /** Whether a tail can be so: for one that was read from a file. */
    boolean isSound() {
        return at >= 0 && length >= 0 && length <= MOST_OCTETS && at + length >= 0;
    }

    /**
     * Whether the file has them where the rewrite, with these octets arrived, left them. Octets of
     * a step that is held may be nowhere in it.
     */
    boolean fits(FileHandle file, RewritePlan plan, Mark mark, BlockBuffers buffers)
            throws PosixException {
        long arrival = at - plan.first();
        if (arrival + length <= mark.arrived()) {
            return isThere(file, buffers);
        }
        if (arrival < mark.arrived() + mark.held().length()) {
            return true;
        }
        Sources sources = new Sources(plan, arrival);
        return sources.contiguous() >= length
                && read(file, sources.at(), length, buffers) == checksum;
    }

    private static long read(FileHandle file, long from, int length, BlockBuffers buffers)
            throws PosixException {
        ByteBuffer block = buffers.take();
        try {
            block.limit(length);
            while (block.hasRemaining() && file.read(block, from + block.position()) > 0) {
                // Filled up, or the file is shorter, and so another one.
            }
            Checksum checksum = new Checksum();
            checksum.add(block.duplicate(), 0, block.position());
            return checksum.value();
        } finally {
            buffers.giveBack(block);
        }
    }
}

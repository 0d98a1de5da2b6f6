package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/**
 * Moves a part of a step on several processors: in pieces, which whoever is free takes next, so
 * that one reads while another writes. A step overwrites none of its sources, so its octets may
 * arrive in any order, and whatever part of them has arrived when it is cut off, doing it again is
 * harmless. Nobody works on it any more when it is over.
 */
final class SharedCopy {
    /** Some blocks: taking one costs nothing beside them, and nobody waits long for the last. */
    static final long PIECE = 8L * BlockBuffers.SIZE;

    private final FileHandle file;
    private final RewritePlan plan;
    private final BlockBuffers buffers;
    private final long to;
    private final AtomicLong taken;

    /**
     * @param from octets that arrive before the first one that is moved
     * @param to octets that have arrived then
     */
    SharedCopy(FileHandle file, RewritePlan plan, long from, long to, BlockBuffers buffers) {
        this.file = file;
        this.plan = plan;
        this.buffers = buffers;
        this.to = to;
        this.taken = new AtomicLong(from);
    }

    /** Moves all of it. */
    void copy(ScanAides aides) throws PosixException, MailboxException {
        List<FutureTask<Void>> lent = new ArrayList<>();
        boolean helped = true;
        for (long left = to - taken.get() - PIECE; helped && left > 0; left -= PIECE) {
            FutureTask<Void> help = new FutureTask<>(this::copyPieces);
            helped = aides.lend(help);
            if (helped) {
                lent.add(help);
            }
        }
        try {
            copyPieces();
        } finally {
            // One that failed is told by the caller's own pieces, or below.
            lent.forEach(Joined::await);
        }
        for (FutureTask<Void> help : lent) {
            Joined.result(help);
        }
    }

    private Void copyPieces() throws PosixException {
        boolean whole = false;
        try {
            for (long at = taken.getAndAdd(PIECE); at < to; at = taken.getAndAdd(PIECE)) {
                copyPiece(at, Math.min(to, at + PIECE));
            }
            whole = true;
        } finally {
            if (!whole) {
                taken.set(to);
            }
        }
        return null;
    }

    private void copyPiece(long from, long until) throws PosixException {
        Sources sources = new Sources(plan, from);
        ByteBuffer block = buffers.take();
        try {
            for (long at = from; at < until; at += block.limit()) {
                block.clear().limit((int) Math.min(block.capacity(), until - at));
                sources.read(file, block);
                file.write(block.flip(), plan.first() + at);
            }
        } finally {
            buffers.giveBack(block);
        }
    }
}

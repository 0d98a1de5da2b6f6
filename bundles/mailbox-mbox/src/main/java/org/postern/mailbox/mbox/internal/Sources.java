package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/** Walks over the sources of a plan's moves, from the octet that arrives at a place on. */
final class Sources {
    private final RewritePlan plan;
    private int move;
    // Octets of the current move that are behind us.
    private long passed;

    /**
     * @param arrived octets that arrive before the first one here; not more than there are
     */
    Sources(RewritePlan plan, long arrived) {
        this.plan = plan;
        long at = plan.first() + arrived;
        int low = 0;
        int high = plan.moves().size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (plan.moves().get(middle).to() <= at) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        move = low;
        skip(at - plan.moves().get(low).to());
    }

    /** Where the next octet is. */
    long at() {
        return plan.moves().get(move).from() + passed;
    }

    /** How many are in one piece there. */
    long contiguous() {
        return plan.moves().get(move).length() - passed;
    }

    /** How far it goes down. */
    long gap() {
        return plan.moves().get(move).from() - plan.moves().get(move).to();
    }

    /** Fills a block up to its limit, and walks on by as much. */
    void read(FileHandle mailbox, ByteBuffer block) throws PosixException {
        int limit = block.limit();
        while (block.position() < limit) {
            long wanted = Math.min(limit - block.position(), contiguous());
            block.limit(block.position() + (int) wanted);
            int read = mailbox.read(block, at());
            if (read < 0) {
                throw Journal.cut();
            }
            skip(read);
        }
        block.limit(limit);
    }

    private void skip(long octets) {
        long left = octets;
        while (left > 0) {
            long here = Math.min(left, contiguous());
            left -= here;
            passed += here;
            if (contiguous() == 0) {
                move++;
                passed = 0;
            }
        }
    }
}

package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/** Gathers octets from a plan's sources. */
final class Transfer {
    private Transfer() {}

    /**
     * Fills a block up to its limit.
     *
     * @param sources walked on by as much
     */
    static void fill(FileHandle mailbox, Sources sources, ByteBuffer block) throws PosixException {
        int limit = block.limit();
        while (block.position() < limit) {
            long wanted = Math.min(limit - block.position(), sources.contiguous());
            block.limit(block.position() + (int) wanted);
            int read = mailbox.read(block, sources.at());
            if (read < 0) {
                throw Journal.cut();
            }
            sources.skip(read);
        }
        block.limit(limit);
    }
}

package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/** Gives ranges of a file to scanners, block by block. For any number of threads. */
record ScanFeed(FileHandle file, BlockBuffers buffers) {

    /** Whether the file has them; otherwise it became shorter, and somebody is changing it. */
    boolean give(MboxScanner scanner, long from, long to) throws PosixException, MailboxException {
        ByteBuffer block = buffers.take();
        try {
            for (long at = from; at < to; ) {
                block.clear().limit((int) Math.min(block.capacity(), to - at));
                int read = file.read(block, at);
                if (read < 0) {
                    return false;
                }
                at += read;
                scanner.scan(block.flip());
            }
            return true;
        } finally {
            buffers.giveBack(block);
        }
    }
}

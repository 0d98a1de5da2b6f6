package org.postern.mailbox.mbox.internal;

import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/** Gives ranges of a file to scanners, block by block. For any number of threads. */
record ScanFeed(FileHandle file, BlockBuffers buffers) {

    /** Whether the file has them; otherwise it became shorter, and somebody is changing it. */
    boolean give(MboxScanner scanner, long from, long to) throws PosixException, MailboxException {
        ScanBlock block = buffers.takeToScan();
        try {
            for (long at = from; at < to; ) {
                int read = block.read(file, at, to);
                if (read < 0) {
                    return false;
                }
                at += read;
                scanner.scan(block);
            }
            return true;
        } finally {
            buffers.giveBack(block);
        }
    }
}

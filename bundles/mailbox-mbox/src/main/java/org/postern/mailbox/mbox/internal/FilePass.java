package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/**
 * Reads a part of a file through a scanner, so much at a time that a large mailbox takes turns with
 * other sessions on the workers.
 */
final class FilePass {
    private static final long SLICE = 64L << 20;

    /** How far it is. */
    enum Progress {
        /** There is more. */
        PAUSED,
        /** All has been scanned, to the end. */
        DONE,
        /** The file ended early: somebody is changing it. */
        CUT_SHORT
    }

    private final FileHandle file;
    private final long end;
    private final MboxScanner scanner;
    private final BlockBuffers buffers;
    private long position;

    /**
     * @param part what is scanned; with no octets nothing is: an empty file is no malformed one
     */
    FilePass(FileHandle file, StableScan.Scan part, BlockBuffers buffers) {
        this.file = file;
        this.position = part.from();
        this.end = part.to();
        this.scanner = new MboxScanner(part.from(), part.findings());
        this.buffers = buffers;
    }

    Progress advance() throws PosixException, MailboxException {
        if (position == end) {
            return Progress.DONE;
        }
        ByteBuffer block = buffers.take();
        try {
            long pause = Math.min(end, position + SLICE);
            while (position < pause) {
                block.clear().limit((int) Math.min(block.capacity(), end - position));
                int read = file.read(block, position);
                if (read < 0) {
                    return Progress.CUT_SHORT;
                }
                position += read;
                scanner.scan(block.flip());
            }
        } finally {
            buffers.giveBack(block);
        }
        if (position < end) {
            return Progress.PAUSED;
        }
        scanner.end();
        return Progress.DONE;
    }
}

package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/**
 * Reads the first octets of a file through a scanner, so much at a time that a large mailbox takes
 * turns with other sessions on the workers.
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
    private final long length;
    private final MboxScanner scanner;
    private final BlockBuffers buffers;
    private long position;

    /**
     * @param length how many octets; with 0 nothing is scanned: an empty file is no malformed one
     */
    FilePass(FileHandle file, long length, Findings findings, BlockBuffers buffers) {
        this.file = file;
        this.length = length;
        this.scanner = new MboxScanner(findings);
        this.buffers = buffers;
    }

    Progress advance() throws PosixException, MailboxException {
        if (length == 0) {
            return Progress.DONE;
        }
        ByteBuffer block = buffers.take();
        try {
            long pause = Math.min(length, position + SLICE);
            while (position < pause) {
                block.clear().limit((int) Math.min(block.capacity(), length - position));
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
        if (position < length) {
            return Progress.PAUSED;
        }
        scanner.end();
        return Progress.DONE;
    }
}

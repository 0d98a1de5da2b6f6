package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/**
 * The end of an mbox that mail is to be appended to: which line feeds are missing there, so that
 * the new separator will be behind an empty line. A file that is no mbox, or ends with a From line
 * and nothing after it, is refused: nothing is written to what is not understood.
 */
final class MboxEnd {
    private static final byte[] SEPARATOR = "From ".getBytes(StandardCharsets.US_ASCII);

    private final FileHandle file;
    private final long size;
    private final ByteBuffer block;

    private MboxEnd(FileHandle file, long size, ByteBuffer block) {
        this.file = file;
        this.size = size;
        this.block = block;
    }

    /** How many line feeds are missing, 0 to 2. */
    static int missingLineFeeds(FileHandle file, long size, BlockBuffers buffers)
            throws PosixException, MailboxException {
        if (size == 0) {
            return 0;
        }
        ByteBuffer block = buffers.take();
        try {
            return new MboxEnd(file, size, block).missing();
        } finally {
            buffers.giveBack(block);
        }
    }

    private int missing() throws PosixException, MailboxException {
        if (!isSeparatorAt(0)) {
            throw refused("it does not start with a From line");
        }
        boolean lineEnded = octetAt(size - 1) == LineFeeds.LF;
        long lastLine = lineStart(lineEnded ? size - 1 : size);
        if (lineEnded && lastLine == size - 1) {
            return 0;
        }
        boolean mayBeSeparator =
                lastLine == 0 || (lastLine > 1 && octetAt(lastLine - 2) == LineFeeds.LF);
        if (mayBeSeparator && isSeparatorAt(lastLine)) {
            throw refused("it ends with a From line and nothing after it");
        }
        return lineEnded ? 1 : 2;
    }

    // The start of the line that ends before this offset; backwards, a block at a time.
    private long lineStart(long end) throws PosixException {
        long to = end;
        while (to > 0) {
            long from = Math.max(0, to - block.capacity());
            fill(from, (int) (to - from));
            for (int at = block.limit() - 1; at >= 0; at--) {
                if (block.get(at) == LineFeeds.LF) {
                    return from + at + 1;
                }
            }
            to = from;
        }
        return 0;
    }

    private boolean isSeparatorAt(long offset) throws PosixException {
        if (size - offset < SEPARATOR.length) {
            return false;
        }
        fill(offset, SEPARATOR.length);
        return block.equals(ByteBuffer.wrap(SEPARATOR));
    }

    private byte octetAt(long offset) throws PosixException {
        fill(offset, 1);
        return block.get(0);
    }

    private void fill(long offset, int length) throws PosixException {
        block.clear().limit(length);
        while (block.hasRemaining()) {
            if (file.read(block, offset + block.position()) < 0) {
                throw new PosixException("pread of a file that became shorter", Errno.EIO);
            }
        }
        block.flip();
    }

    private static MailboxException refused(String reason) {
        return new MailboxException(
                MailboxException.Kind.NOT_A_MAILBOX,
                "the file is not an mbox and is left alone: " + reason);
    }
}

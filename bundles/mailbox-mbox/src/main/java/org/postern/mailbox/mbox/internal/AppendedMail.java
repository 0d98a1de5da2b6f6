package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/**
 * What was appended to an mbox whose last message is to be deleted. Who appends mail first
 * completes the last line and adds an empty one where they are missing: these line feeds belong to
 * the deleted message and go with it, or they would grow onto another. If the message itself was
 * continued, somebody changed it, and it must not be deleted unseen.
 */
final class AppendedMail {
    private static final byte[] SEPARATOR = {'F', 'r', 'o', 'm', ' '};

    private AppendedMail() {}

    /**
     * Where the appended mail starts, or {@code size} if there is none.
     *
     * @param end of the last message when it was listed
     * @param size of the file now
     */
    static long start(FileHandle file, long end, long size, BlockBuffers buffers)
            throws PosixException, MailboxException {
        if (end == size) {
            return size;
        }
        ByteBuffer block = buffers.take();
        try {
            while (block.hasRemaining() && file.read(block, end + block.position()) > 0) {
                // Filled up to its end or the file's.
            }
            block.flip();
            int at = 0;
            while (at < block.limit() && block.get(at) == LineFeeds.LF) {
                at++;
            }
            if (end + at != size && !startsMessage(block.position(at))) {
                throw Verification.changed(
                        "the last message of the mbox, which is to be deleted, was continued");
            }
            return end + at;
        } finally {
            buffers.giveBack(block);
        }
    }

    private static boolean startsMessage(ByteBuffer block) {
        return block.remaining() >= SEPARATOR.length
                && block.slice(block.position(), SEPARATOR.length)
                        .equals(ByteBuffer.wrap(SEPARATOR));
    }
}

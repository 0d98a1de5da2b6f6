package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
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
        OptionalLong start = find(file, end, size, buffers);
        if (start.isEmpty()) {
            throw Verification.changed(
                    "the last message of the mbox, which is to be deleted, was continued");
        }
        return start.getAsLong();
    }

    /** The same, where it is too late to refuse: what continued the message stays, too. */
    static long startAfterAll(FileHandle file, long end, long size, BlockBuffers buffers)
            throws PosixException {
        return find(file, end, size, buffers).orElse(end);
    }

    private static OptionalLong find(FileHandle file, long end, long size, BlockBuffers buffers)
            throws PosixException {
        if (end == size) {
            return OptionalLong.of(size);
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
            return end + at == size || startsMessage(block.position(at))
                    ? OptionalLong.of(end + at)
                    : OptionalLong.empty();
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

package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import org.postern.api.hash.Checksum;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/** Makes {@link CopyDigests} of what is in a file. */
final class StoredCopies implements CopyDigests {
    private final FileHandle file;
    private final BlockBuffers buffers;

    /**
     * @param file that the messages were found in
     */
    StoredCopies(FileHandle file, BlockBuffers buffers) {
        this.file = file;
        this.buffers = buffers;
    }

    @Override
    public long of(ScannedMessage message) throws PosixException {
        long end = message.start() + message.length();
        Checksum fromLine = over(message.separator(), message.start());
        Checksum body = over(message.body(), end);
        if (message.lineEndMissing() && message.body() < end) {
            // As if it were there: who appends mail adds it.
            body.add(LineFeeds.LF);
        }
        return Checksum.mix(fromLine.value(), body.value());
    }

    private Checksum over(long from, long to) throws PosixException {
        Checksum checksum = new Checksum();
        ByteBuffer block = buffers.take();
        try {
            for (long at = from; at < to; ) {
                block.clear().limit((int) Math.min(block.capacity(), to - at));
                int read = file.read(block, at);
                if (read < 0) {
                    // It became shorter, and so whoever scans it begins again.
                    break;
                }
                checksum.add(block, 0, read);
                at += read;
            }
            return checksum;
        } finally {
            buffers.giveBack(block);
        }
    }
}

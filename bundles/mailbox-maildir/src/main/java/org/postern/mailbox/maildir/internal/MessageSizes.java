package org.postern.mailbox.maildir.internal;

import java.nio.ByteBuffer;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.MessageEncoder;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/**
 * What messages measure when they are sent. Every file is counted, once for as long as it is known
 * ({@link KnownSizes}): LIST must be what RETR sends, and a name that claims a size ({@code ,W=})
 * can be believed only by who has counted, even where its {@code ,S=} is the file's size.
 */
final class MessageSizes {
    /** What ends a line in a Maildir's files: some agents deliver with CRLF. */
    static final LineConvention LINES = LineConvention.LF_OR_CRLF;

    private static final int BUFFER_SIZE = 64 * 1024;

    private ByteBuffer buffer = ByteBuffer.allocate(0);

    /**
     * A message's measure.
     *
     * @param stored octets in the file, at most as many as were asked for
     * @param octets as sent
     * @param finalLineEndMissing whether the last line has no line end
     */
    record Measure(long stored, long octets, boolean finalLineEndMissing) {}

    /** Whether a file of this size can have so many octets on the wire. */
    static boolean isPossible(long stored, long octets) {
        // Each may be an LF, and the last line may have no end.
        return stored >= 0 && octets >= stored && octets - stored <= stored + 2;
    }

    /** Counts the first octets of a file, or all if there are fewer. */
    Measure of(FileHandle file, long size) throws PosixException {
        if (!buffer.isDirect()) {
            buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);
        }
        MessageEncoder encoder = MessageEncoder.whole(LINES);
        long stored = 0;
        while (stored < size) {
            buffer.clear().limit((int) Math.min(BUFFER_SIZE, size - stored));
            int read = file.read(buffer, stored);
            if (read < 0) {
                break;
            }
            stored += read;
            encoder.count(buffer.flip());
        }
        boolean finalLineEndMissing = encoder.insideLine();
        encoder.finish(null);
        return new Measure(stored, encoder.octets(), finalLineEndMissing);
    }
}

package org.postern.mailbox.maildir.internal;

import java.nio.ByteBuffer;

/**
 * Turns CRLF into LF, as a Maildir's files have it. A line that itself ends in a CR keeps its CRLF,
 * because the LF alone would make its CR part of the line end when it is read. For one message.
 */
final class LineEnds {
    private boolean pendingCr;
    private boolean afterCr;

    /**
     * Converts a piece.
     *
     * @param target with as much room as there is in the source and one octet more
     */
    void convert(ByteBuffer source, ByteBuffer target) {
        while (source.hasRemaining()) {
            byte octet = source.get();
            if (octet == '\r') {
                if (pendingCr) {
                    target.put((byte) '\r');
                }
                afterCr = pendingCr;
                pendingCr = true;
            } else {
                if (pendingCr && (octet != '\n' || afterCr)) {
                    target.put((byte) '\r');
                }
                pendingCr = false;
                target.put(octet);
            }
        }
    }

    /** Ends the message; wants room for one octet. */
    void finish(ByteBuffer target) {
        if (pendingCr) {
            target.put((byte) '\r');
            pendingCr = false;
        }
    }
}

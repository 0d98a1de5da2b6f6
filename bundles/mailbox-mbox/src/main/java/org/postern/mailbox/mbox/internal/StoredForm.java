package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Turns a delivered message into what an mbox stores: CRLF becomes LF, and a line that starts with
 * {@code "From "} gets a {@code >} in front (the mboxo convention), wherever it is: not only where
 * it would be taken for a separator here, since other programs split at more places. Fed in pieces
 * of any size.
 */
final class StoredForm {
    /** Octets of room in the target that any octet of the source, or the end, can want. */
    static final int ROOM = 8;

    private static final byte[] SEPARATOR = "From ".getBytes(StandardCharsets.US_ASCII);

    private boolean heldCr;
    private boolean matching = true;
    private int matched;
    private boolean insideLine;

    /** Takes as much of the source as the target has room for. */
    void put(ByteBuffer source, ByteBuffer target) {
        while (source.hasRemaining() && target.remaining() >= ROOM) {
            byte octet = source.get();
            if (heldCr && octet != LineFeeds.LF) {
                store((byte) '\r', target);
            }
            heldCr = octet == '\r';
            if (!heldCr) {
                store(octet, target);
            }
        }
    }

    /** Ends the message, with the empty line that goes before the next separator. */
    void finish(ByteBuffer target) {
        if (heldCr) {
            store((byte) '\r', target);
        }
        flushMatched(target);
        if (insideLine) {
            target.put(LineFeeds.LF);
        }
        target.put(LineFeeds.LF);
    }

    private void store(byte octet, ByteBuffer target) {
        if (matching && octet == SEPARATOR[matched]) {
            matched++;
            if (matched == SEPARATOR.length) {
                target.put((byte) '>');
                flushMatched(target);
            }
            return;
        }
        flushMatched(target);
        target.put(octet);
        insideLine = octet != LineFeeds.LF;
        matching = !insideLine;
    }

    private void flushMatched(ByteBuffer target) {
        if (matched > 0) {
            target.put(SEPARATOR, 0, matched);
            insideLine = true;
        }
        matching = false;
        matched = 0;
    }
}

package org.postern.pop3.internal;

import java.nio.ByteBuffer;
import org.postern.api.mailbox.UniqueId;

/**
 * The lines of LIST or UIDL, made piece by piece as there is room for them, with the final dot.
 * Valid until the maildrop's marks change, which no command does while a listing is being sent.
 */
final class Listing {
    /** Room that one line needs: number, space, unique-id or size, CR LF; and the final dot. */
    private static final int ROOM = Decimal.MAX_DIGITS + 1 + UniqueId.MAX_LENGTH + 2 + 3;

    /** What stands behind a message's number. */
    enum Column {
        OCTETS,
        UNIQUE_ID
    }

    private final Maildrop maildrop;
    private final Column column;
    private int next = 1;

    Listing(Maildrop maildrop, Column column) {
        this.maildrop = maildrop;
        this.column = column;
    }

    /**
     * Puts as many lines as there is room for.
     *
     * @return whether that was all, with the final dot; otherwise it wants another buffer
     */
    boolean put(ByteBuffer target) {
        while (target.remaining() >= ROOM) {
            next = maildrop.nextListed(next);
            if (next == Maildrop.NO_MESSAGE) {
                target.put((byte) '.').put((byte) '\r').put((byte) '\n');
                return true;
            }
            Decimal.put(next, target);
            target.put((byte) ' ');
            switch (column) {
                case OCTETS -> Decimal.put(maildrop.octets(next), target);
                case UNIQUE_ID -> maildrop.putUniqueId(next, target);
            }
            target.put((byte) '\r').put((byte) '\n');
            next++;
        }
        return false;
    }
}

package org.postern.helper.client.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads one reply, item by item in the order that the caller wants. All of it has been measured by
 * then: the header, every item's bounds, and that they fill the message exactly.
 */
final class ReplyReader {
    /** The longest reply, and what a buffer for any reply holds. */
    static final int LONGEST = 65_536;

    private static final int HIGHEST_COUNT = 1024;
    private static final int ITEM = 4;
    private static final int REFUSED = 0xFFFF;
    private static final int NOT_PEER = 1;
    private static final int OTHER_VERSION = 2;

    private final ByteBuffer message;
    private int left;

    /**
     * @param message what was received, from its position to its limit
     */
    ReplyReader(ByteBuffer message, RequestType request, int sequence) throws ReplyException {
        this.message = message.order(ByteOrder.BIG_ENDIAN);
        require(message.remaining() >= RequestWriter.HEADER, "shorter than a header");
        int length = message.remaining();
        requireMagic(message.getInt());
        int type = Short.toUnsignedInt(message.getShort());
        this.left = Short.toUnsignedInt(message.getShort());
        require(message.getInt() == length, "another length than it says");
        require(left <= HIGHEST_COUNT, "too many items");
        int repeated = message.getInt();
        measure();
        if (type == REFUSED) {
            require(repeated == 0, "a sequence in a refusal");
            throw refusal();
        }
        require(type == request.reply(), "a reply to another request");
        require(repeated == sequence, "another sequence");
    }

    // Nothing else of a message of another version can be understood.
    private static void requireMagic(int magic) throws ReplyException {
        int version = magic & 0xFF;
        if (magic >> 8 != RequestWriter.MAGIC >> 8 || version < '0' || version > '9') {
            throw new ReplyException(
                    "what listens there does not speak the helper's protocol: stop it and start"
                            + " postern-helper");
        }
        if (magic != RequestWriter.MAGIC) {
            throw new ReplyException(
                    "the helper speaks version "
                            + (char) version
                            + " of the protocol and this bundle version 1: install both from one"
                            + " release");
        }
    }

    private void measure() throws ReplyException {
        int at = message.position();
        for (int i = 0; i < left; i++) {
            require(message.limit() - at >= ITEM, "an item cut short");
            int number = Short.toUnsignedInt(message.getShort(at));
            int length = Short.toUnsignedInt(message.getShort(at + 2));
            at += ITEM;
            require(Tag.of(number).isPresent(), "an unknown item");
            require(Tag.of(number).get().allows(length), "an item of a wrong length");
            require(message.limit() - at >= length, "an item cut short");
            at += length;
        }
        require(at == message.limit(), "octets after the last item");
    }

    private ReplyException refusal() throws ReplyException {
        int reason = octet(Tag.REASON, NOT_PEER, OTHER_VERSION);
        end();
        if (reason == NOT_PEER) {
            return new ReplyException(
                    "the helper does not take connections from this process's user: make it the"
                            + " \"peer\" of helper.conf and reload the helper");
        }
        return ReplyException.malformed("it refuses the version that it speaks");
    }

    /** Whether there are more items. */
    boolean hasMore() {
        return left > 0;
    }

    /** Takes the next item, which must have this tag: what the caller gets from the buffer next. */
    private int take(Tag tag) throws ReplyException {
        require(left > 0, "too few items");
        require(Short.toUnsignedInt(message.getShort()) == tag.number(), "items out of order");
        left--;
        return Short.toUnsignedInt(message.getShort());
    }

    int octet(Tag tag, int least, int most) throws ReplyException {
        take(tag);
        return bounded(least, most);
    }

    /** An octet of the item that was begun. */
    int bounded(int least, int most) throws ReplyException {
        int value = Byte.toUnsignedInt(message.get());
        require(value >= least && value <= most, "a value out of range");
        return value;
    }

    byte[] octets(Tag tag) throws ReplyException {
        return octets(take(tag));
    }

    /** So many octets of the item that was begun. */
    byte[] octets(int length) {
        byte[] octets = new byte[length];
        message.get(octets);
        return octets;
    }

    /** Begins an item of numbers, and gives its length. */
    int begin(Tag tag) throws ReplyException {
        return take(tag);
    }

    long number4() {
        return Integer.toUnsignedLong(message.getInt());
    }

    /** All 64 bits. */
    long number8() {
        return message.getLong();
    }

    int number2() {
        return Short.toUnsignedInt(message.getShort());
    }

    void end() throws ReplyException {
        require(left == 0, "too many items");
    }

    static void require(boolean holds, String otherwise) throws ReplyException {
        if (!holds) {
            throw ReplyException.malformed(otherwise);
        }
    }
}

package org.postern.helper.client.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes one request into a buffer. */
final class RequestWriter {
    static final int MAGIC = 'P' << 24 | 'S' << 16 | 'T' << 8 | '1';
    static final int HEADER = 16;
    private static final int COUNT = 6;
    private static final int LENGTH = 8;

    private final ByteBuffer buffer;
    private int count;

    RequestWriter(ByteBuffer buffer, RequestType type, int sequence) {
        this.buffer = buffer.clear().order(ByteOrder.BIG_ENDIAN);
        buffer.putInt(MAGIC);
        buffer.putShort((short) type.number());
        buffer.putShort((short) 0);
        buffer.putInt(0);
        buffer.putInt(sequence);
    }

    /** Begins an item; the caller puts just that many octets into the buffer. */
    ByteBuffer begin(Tag tag, int length) {
        if (!tag.allows(length)) {
            throw new IllegalArgumentException(tag + " of " + length + " octets");
        }
        buffer.putShort((short) tag.number());
        buffer.putShort((short) length);
        count++;
        return buffer;
    }

    RequestWriter octets(Tag tag, byte[] octets) {
        begin(tag, octets.length).put(octets);
        return this;
    }

    RequestWriter octet(Tag tag, int octet) {
        begin(tag, 1).put((byte) octet);
        return this;
    }

    /** Makes the buffer ready to be sent. */
    void finish() {
        buffer.putShort(COUNT, (short) count);
        buffer.putInt(LENGTH, buffer.position());
        buffer.flip();
    }
}

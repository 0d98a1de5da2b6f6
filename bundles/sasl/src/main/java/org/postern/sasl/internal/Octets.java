package org.postern.sasl.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads a SCRAM message (RFC 5802 section 7) from left to right, octet by octet. It takes what the
 * grammar allows and nothing else; it copies only what it is asked for.
 */
final class Octets {
    private final byte[] message;
    private int position;

    /**
     * @param message read in place
     */
    Octets(byte[] message) {
        this.message = message;
    }

    int position() {
        return position;
    }

    boolean atEnd() {
        return position == message.length;
    }

    boolean begins(char octet) {
        return position < message.length && message[position] == octet;
    }

    void expect(char octet) throws MalformedMessage {
        if (!begins(octet)) {
            throw new MalformedMessage("invalid-encoding");
        }
        position++;
    }

    /** The value of {@code attribute=value}, which must come now; stops at the comma or the end. */
    byte[] value(char attribute) throws MalformedMessage {
        expect(attribute);
        expect('=');
        return value();
    }

    /** {@code attr-val}s that are not known (RFC 5802 section 5.1) are passed over. */
    void skipExtension() throws MalformedMessage {
        if (atEnd() || !isLetter(message[position])) {
            throw new MalformedMessage("invalid-encoding");
        }
        if (begins('m')) {
            throw new MalformedMessage("extensions-not-supported");
        }
        position++;
        expect('=');
        var unused = value();
    }

    /** At least one octet up to a comma or the end; no NUL. */
    byte[] value() throws MalformedMessage {
        int from = position;
        while (position < message.length && message[position] != ',') {
            if (message[position] == 0) {
                throw new MalformedMessage("invalid-encoding");
            }
            position++;
        }
        if (position == from) {
            throw new MalformedMessage("invalid-encoding");
        }
        return Arrays.copyOfRange(message, from, position);
    }

    /** A copy of what lies between two positions. */
    byte[] between(int from, int to) {
        return Arrays.copyOfRange(message, from, to);
    }

    /** {@code saslname}: a comma is =2C, an equals sign is =3D, and no other = is there. */
    static ByteBuffer unescaped(byte[] name) throws MalformedMessage {
        ByteBuffer plain = ByteBuffer.allocate(name.length);
        for (int i = 0; i < name.length; i++) {
            if (name[i] != '=') {
                plain.put(name[i]);
            } else if (i + 2 < name.length && name[i + 1] == '2' && name[i + 2] == 'C') {
                plain.put((byte) ',');
                i += 2;
            } else if (i + 2 < name.length && name[i + 1] == '3' && name[i + 2] == 'D') {
                plain.put((byte) '=');
                i += 2;
            } else {
                throw new MalformedMessage("invalid-username-encoding");
            }
        }
        return plain.flip();
    }

    private static boolean isLetter(byte octet) {
        return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
    }
}

package org.postern.api.text;

import java.nio.ByteBuffer;

/**
 * Base64 (RFC 4648 section 4) decoded where it stands: what a client proves itself with comes this
 * way, and there is to be no copy of it on the heap. Exactly one text stands for any octets: no
 * white space or other foreign characters, padding as it has to be, and no bits set behind the last
 * octet.
 */
public final class StrictBase64 {
    private static final int NONE = -1;

    private StrictBase64() {}

    /**
     * Decodes what remains in a buffer, into the same place: its limit is then behind the last
     * octet. What was text behind that stays as it was; like all of it, it is the caller's to wipe.
     *
     * @param text not read-only; best direct, for the reason above. No text is no octets
     * @return false if it is not base64: position and limit are as they were, the text is spoilt
     */
    public static boolean decode(ByteBuffer text) {
        int from = text.position();
        int length = text.remaining();
        if (length % 4 != 0) {
            return false;
        }
        int padding = padding(text);
        int to = from;
        for (int at = from; at < from + length; at += 4) {
            boolean last = at + 4 == from + length;
            int octets = last ? 3 - padding : 3;
            int bits = bits(text, at, octets + 1);
            int unused = (1 << (8 * (3 - octets))) - 1;
            if (bits == NONE || (bits & unused) != 0) {
                return false;
            }
            for (int i = 0; i < octets; i++) {
                text.put(to++, (byte) (bits >> (8 * (2 - i))));
            }
        }
        text.limit(to);
        return true;
    }

    private static int padding(ByteBuffer text) {
        int end = text.limit();
        if (!text.hasRemaining() || text.get(end - 1) != '=') {
            return 0;
        }
        return text.get(end - 2) == '=' ? 2 : 1;
    }

    // The 24 bits of four characters, of which so many are there and the others padding.
    private static int bits(ByteBuffer text, int at, int characters) {
        int bits = 0;
        for (int i = 0; i < 4; i++) {
            int sextet = i < characters ? sextet(text.get(at + i)) : 0;
            if (sextet == NONE) {
                return NONE;
            }
            bits = (bits << 6) | sextet;
        }
        return bits;
    }

    private static int sextet(byte character) {
        if (character >= 'A' && character <= 'Z') {
            return character - 'A';
        }
        if (character >= 'a' && character <= 'z') {
            return character - 'a' + 26;
        }
        if (character >= '0' && character <= '9') {
            return character - '0' + 52;
        }
        return switch (character) {
            case '+' -> 62;
            case '/' -> 63;
            default -> NONE;
        };
    }
}

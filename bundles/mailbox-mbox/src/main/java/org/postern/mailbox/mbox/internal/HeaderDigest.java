package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * popa3d's unique-id: MD5 over the stored lines, LF included, of those header fields that no mail
 * program rewrites. To the bit, so that clients who come from popa3d fetch nothing twice:
 *
 * <ul>
 *   <li>the first {@code Received:}, every {@code Delivered-To:}, every {@code X-Delivery-ID:}
 *       whose first letter is a capital;
 *   <li>{@code Date:} and {@code Message-ID:} as long as there was no {@code Received:};
 *   <li>each with its continuation lines; names without regard to case.
 * </ul>
 *
 * <p>Not for security: a sender can choose it, and UniqueIds lives with that.
 */
final class HeaderDigest {
    private static final byte[] RECEIVED = lowerCase("received:");
    private static final byte[] DELIVERED_TO = lowerCase("delivered-to:");
    private static final byte[] DATE = lowerCase("date:");
    private static final byte[] MESSAGE_ID = lowerCase("message-id:");
    private static final byte[] DELIVERY_ID = lowerCase("x-delivery-id:");

    private final MessageDigest md5 = md5();
    // As much of a line's start as the longest name; a line may come in pieces of any size.
    private final byte[] name = new byte[DELIVERY_ID.length];
    private final byte[] piece = new byte[512];
    private int known;
    private boolean judged;
    private boolean counts;
    private boolean received;
    private boolean identifying;

    /** Starts a header. */
    void reset() {
        md5.reset();
        judged = true;
        counts = false;
        received = false;
        identifying = false;
    }

    /**
     * Takes a piece of a header line.
     *
     * @param starts whether it is the line's start
     * @param ends whether it is the line's end
     */
    void add(ByteBuffer block, int from, int to, boolean starts, boolean ends) {
        int at = from;
        if (starts) {
            known = 0;
            judged = !mayCount(block.get(from));
            counts &= !judged;
        }
        if (!judged) {
            int wanted = Math.min(name.length - known, to - at);
            block.get(at, name, known, wanted);
            known += wanted;
            at += wanted;
            if (known == name.length || ends) {
                judge();
            }
        }
        while (counts && judged && at < to) {
            int length = Math.min(piece.length, to - at);
            block.get(at, piece, 0, length);
            md5.update(piece, 0, length);
            at += length;
        }
    }

    /** Ends the header: the digest, whose hexadecimal digits are popa3d's unique-id. */
    long finish() {
        if (!judged) {
            judge();
        }
        byte[] digest = md5.digest();
        return word(digest, 0) << Integer.SIZE | word(digest, Integer.BYTES);
    }

    /**
     * Whether a field went into it that no two messages share: Received:, Message-ID: or
     * X-Delivery-ID:. A date, a recipient or nothing at all names no message.
     */
    boolean identifies() {
        return identifying;
    }

    // Most fields are done with after one octet.
    private static boolean mayCount(byte first) {
        return switch (first) {
            case ' ', '\t', 'R', 'r', 'D', 'd', 'M', 'm', 'X' -> true;
            default -> false;
        };
    }

    private void judge() {
        judged = true;
        switch (name[0]) {
            case ' ', '\t' -> {
                // A continuation line counts if its field does.
            }
            case 'R', 'r' -> {
                counts = !received && is(RECEIVED);
                received |= counts;
                identifying |= counts;
            }
            case 'D', 'd' -> counts = is(DELIVERED_TO) || (!received && is(DATE));
            case 'M', 'm' -> {
                counts = !received && is(MESSAGE_ID);
                identifying |= counts;
            }
            default -> {
                counts = name[0] == 'X' && is(DELIVERY_ID);
                identifying |= counts;
            }
        }
        if (counts) {
            md5.update(name, 0, known);
        }
    }

    private boolean is(byte[] field) {
        if (known < field.length) {
            return false;
        }
        for (int i = 0; i < field.length; i++) {
            byte octet = name[i];
            boolean upper = octet >= 'A' && octet <= 'Z';
            if ((upper ? octet + ('a' - 'A') : octet) != field[i]) {
                return false;
            }
        }
        return true;
    }

    // popa3d prints MD5's first two words as numbers, and MD5's words are little-endian.
    private static long word(byte[] digest, int from) {
        return (digest[from] & 0xFFL)
                | (digest[from + 1] & 0xFFL) << 8
                | (digest[from + 2] & 0xFFL) << 16
                | (digest[from + 3] & 0xFFL) << 24;
    }

    private static byte[] lowerCase(String field) {
        return field.getBytes(StandardCharsets.US_ASCII);
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has MD5", impossible);
        }
    }
}

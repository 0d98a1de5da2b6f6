package org.postern.testkit.auth;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * A random password that is nowhere in this process in one piece, so that wherever it is found it
 * was left by somebody else. Kept apart from a mask; it lies in memory only where {@link #putInto}
 * put it, and that is to be wiped.
 */
public final class HiddenPassword {
    /** Octets of a fragment: too many to turn up by chance, few enough to find what is cut. */
    static final int FRAGMENT = 8;

    static final int FRAGMENTS = 3;

    /** How many octets it has. */
    public static final int LENGTH = FRAGMENTS * FRAGMENT;

    private final byte[] mask = new byte[LENGTH];
    private final byte[] masked = new byte[LENGTH];

    public HiddenPassword() {
        SecureRandom random = new SecureRandom();
        random.nextBytes(mask);
        for (int i = 0; i < LENGTH; i++) {
            masked[i] = (byte) (mask[i] ^ ('a' + random.nextInt(26)));
        }
    }

    /** Puts its letters into a buffer, which should be direct, and is to be wiped. */
    public void putInto(ByteBuffer target) {
        for (int i = 0; i < LENGTH; i++) {
            target.put((byte) (masked[i] ^ mask[i]));
        }
    }

    /** Overwrites all of a buffer, and leaves it ready to be filled. */
    public static void wipe(ByteBuffer buffer) {
        buffer.clear();
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, (byte) 0);
        }
    }

    long mask(int fragment) {
        return number(mask, fragment);
    }

    long masked(int fragment) {
        return number(masked, fragment);
    }

    private static long number(byte[] octets, int fragment) {
        return ByteBuffer.wrap(octets).getLong(fragment * FRAGMENT);
    }
}

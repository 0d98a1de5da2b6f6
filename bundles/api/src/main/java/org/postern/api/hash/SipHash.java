package org.postern.api.hash;

import java.security.SecureRandom;
import java.util.function.IntUnaryOperator;

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012), a keyed hash: who does not know the key can neither
 * choose what meets in one place of a table nor tell by a number what it was made of. With a key
 * that is kept by nobody it is good for the life of a process, and for no longer.
 */
public final class SipHash {
    private final long k0;
    private final long k1;

    /**
     * @param k0 the key's first eight octets, the lowest first
     * @param k1 the others
     */
    public SipHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    /** With a key that nobody knows. */
    public static SipHash withRandomKey() {
        SecureRandom random = new SecureRandom();
        return new SipHash(random.nextLong(), random.nextLong());
    }

    /** The hash of these octets. */
    public long hash(byte[] octets) {
        return hash(octets.length, at -> octets[at]);
    }

    /**
     * The hash of octets wherever they are; none is kept or copied, and what was made of them lives
     * in this method's variables alone.
     *
     * @param length how many there are
     * @param octetAt gives each, of which the lower eight bits count
     */
    public long hash(int length, IntUnaryOperator octetAt) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        int last = length / Long.BYTES;
        // Whole words, the one that ends with the length, and the finalization: rounds of nothing.
        for (int at = 0; at <= last + 1; at++) {
            boolean end = at > last;
            long word = end ? 0 : word(at * Long.BYTES, length, octetAt);
            v2 ^= end ? 0xff : 0;
            v3 ^= word;
            for (int round = end ? 4 : 2; round > 0; round--) {
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static long word(int from, int length, IntUnaryOperator octetAt) {
        int octets = Math.min(Long.BYTES, length - from);
        long word = octets < Long.BYTES ? (long) length << 56 : 0;
        for (int i = 0; i < octets; i++) {
            word |= (octetAt.applyAsInt(from + i) & 0xFFL) << (i * Byte.SIZE);
        }
        return word;
    }
}

package org.postern.mailbox.mbox.internal;

import java.security.SecureRandom;

/**
 * Counts how often each of many 64-bit keys was seen, in 12 octets a slot, at most half of them
 * used: a mailbox may have millions of messages. Senders can choose keys, so where a key goes
 * depends on a secret: nobody can make a mailbox slow to open.
 */
final class Occurrences {
    private static final int INITIAL_BITS = 6;

    private final long secret = new SecureRandom().nextLong() | 1;
    private int bits = INITIAL_BITS;
    private long[] keys = new long[1 << INITIAL_BITS];
    // 0: the slot is free.
    private int[] counts = new int[1 << INITIAL_BITS];
    private int used;

    /** Counts a key once more. */
    int add(long key) {
        if (used >= keys.length / 2) {
            grow();
        }
        int slot = slot(key);
        if (counts[slot] == 0) {
            keys[slot] = key;
            used++;
        }
        return ++counts[slot];
    }

    private int slot(long key) {
        int slot = (int) ((key * secret) >>> (Long.SIZE - bits));
        while (counts[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & (keys.length - 1);
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldCounts = counts;
        bits++;
        keys = new long[oldKeys.length * 2];
        counts = new int[oldCounts.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldCounts[i] != 0) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                counts[slot] = oldCounts[i];
            }
        }
    }
}

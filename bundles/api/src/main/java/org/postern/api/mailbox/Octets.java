package org.postern.api.mailbox;

/**
 * Finds octets in words of eight, as read from a little-endian buffer, without a branch for each.
 * The arithmetic is that of Warren, Hacker's Delight, section 6-1: subtracting one from an octet
 * borrows from its top bit only if it was zero.
 */
final class Octets {
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;

    static final long LINE_FEEDS = '\n' * ONES;
    static final long CARRIAGE_RETURNS = '\r' * ONES;

    /** The octet behind the greatest that an encoder may do more with than copy it. */
    static final long ABOVE_LINE_ENDS = ('\r' + 1) * ONES;

    private Octets() {}

    /**
     * Where an octet is in a word, if it is: not zero if and only if it is there, and {@link
     * #first} of it is the first place. Behind that, places may be marked that do not have it.
     *
     * @param octets the octet eight times
     */
    static long in(long word, long octets) {
        long zeros = word ^ octets;
        return (zeros - ONES) & ~zeros & TOPS;
    }

    /**
     * Where octets below a bound are in a word: as {@link #in}, and just as fast.
     *
     * @param bounds the bound, 1 to 128, eight times
     */
    static long below(long word, long bounds) {
        return (word - bounds) & ~word & TOPS;
    }

    /** The first place, 0 to 7, of what {@link #in} or {@link #below} has found. */
    static int first(long found) {
        return Long.numberOfTrailingZeros(found) >>> 3;
    }

    /** How often an octet is in a word. */
    static int count(long word, long octets) {
        long zeros = word ^ octets;
        // Exact in every place: no carry leaves its octet.
        return Long.bitCount(~(((zeros & ~TOPS) + ~TOPS) | zeros | ~TOPS));
    }
}

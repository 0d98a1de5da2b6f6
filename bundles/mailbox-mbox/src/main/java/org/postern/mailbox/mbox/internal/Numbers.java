package org.postern.mailbox.mbox.internal;

import java.util.OptionalLong;

/**
 * Numbers in octets that others wrote: decimal digits alone, 1 to 10 of them, at most 32 bits. Goes
 * on from one to the next; what is none leaves it where it was.
 */
final class Numbers {
    /** As many as a number of 32 bits has, which is what Dovecot fills up to with zeros. */
    static final int MOST_DIGITS = 10;

    private final byte[] octets;
    private final int end;
    private int at;

    Numbers(byte[] octets, int from, int end) {
        this.octets = octets;
        this.at = from;
        this.end = end;
    }

    /** The number that begins here, if one does and something follows it. */
    OptionalLong next() {
        long value = 0;
        int digit = at;
        while (digit < end && octets[digit] >= '0' && octets[digit] <= '9') {
            value = value * 10 + octets[digit] - '0';
            digit++;
            if (digit - at > MOST_DIGITS) {
                return OptionalLong.empty();
            }
        }
        if (digit == at || digit == end || value > ImapBase.MOST) {
            return OptionalLong.empty();
        }
        at = digit;
        return OptionalLong.of(value);
    }

    /** Goes behind this octet, if it is the next one. */
    boolean skip(int octet) {
        boolean there = at < end && octets[at] == octet;
        at += there ? 1 : 0;
        return there;
    }

    /** Whether a word ends here: with a space, or with its line. */
    boolean atWordEnd() {
        return at < end && (octets[at] == ' ' || octets[at] == LineFeeds.LF);
    }

    /** Where the next octet is. */
    int position() {
        return at;
    }
}

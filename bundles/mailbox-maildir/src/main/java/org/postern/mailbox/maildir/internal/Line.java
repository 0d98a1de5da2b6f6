package org.postern.mailbox.maildir.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.postern.api.posix.FileName;

/**
 * A line of a list, without its end, read from left to right. Each call either takes what it is
 * asked for or leaves everything where it is.
 */
final class Line {
    // IMAP's numbers have 32 bits (RFC 3501 section 2.3.1.1).
    private static final long MOST = 0xFFFF_FFFFL;
    private static final int MOST_DIGITS = 10;

    private final byte[] octets;
    private final int end;
    private int at;

    Line(byte[] octets, int end) {
        this.octets = octets;
        this.end = end;
    }

    /** Takes this octet. */
    boolean take(int octet) {
        boolean there = at < end && octets[at] == octet;
        at += there ? 1 : 0;
        return there;
    }

    /** Takes a number of decimal digits, at most 32 bits. */
    OptionalLong number() {
        long value = 0;
        int digit = at;
        while (digit < end && octets[digit] >= '0' && octets[digit] <= '9') {
            value = value * 10 + octets[digit] - '0';
            digit++;
            if (digit - at > MOST_DIGITS || value > MOST) {
                return OptionalLong.empty();
            }
        }
        if (digit == at) {
            return OptionalLong.empty();
        }
        at = digit;
        return OptionalLong.of(value);
    }

    /** Takes what there is up to the next space, which may be nothing. */
    String word() {
        int from = at;
        while (at < end && octets[at] != ' ') {
            at++;
        }
        return new String(octets, from, at - from, StandardCharsets.ISO_8859_1);
    }

    boolean atEnd() {
        return at == end;
    }

    /** The rest, as the base of a file name, if it is one. */
    Optional<FileName> base() {
        return base(at, end);
    }

    /** What stands before the last two words, as the base of a file name; goes on with those. */
    Optional<FileName> baseBeforeTwoWords() {
        int last = lastSpace(end);
        int first = last < 0 ? -1 : lastSpace(last);
        if (first < at) {
            return Optional.empty();
        }
        Optional<FileName> base = base(at, first);
        at = first + 1;
        return base;
    }

    private int lastSpace(int before) {
        int space = before - 1;
        while (space >= at && octets[space] != ' ') {
            space--;
        }
        return space < at ? -1 : space;
    }

    private Optional<FileName> base(int from, int to) {
        byte[] name = Arrays.copyOfRange(octets, from, to);
        return FileName.isComponent(name)
                ? Optional.of(MaildirName.base(FileName.of(name)))
                : Optional.empty();
    }
}

package org.postern.api.posix;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.postern.api.text.Printable;

/**
 * One component of a path: 1 to 255 octets (NAME_MAX), no slash, no NUL, neither "." nor "..".
 * Octets, because Linux's names are octets: a Maildir's names need not be valid UTF-8, and a name
 * that is decoded and encoded again may be another file's.
 */
public final class FileName implements Comparable<FileName> {
    private static final int NAME_MAX = 255;

    private final byte[] octets;

    private FileName(byte[] octets) {
        this.octets = octets;
    }

    /**
     * @throws IllegalArgumentException if these octets are not one component
     */
    public static FileName of(byte[] octets) {
        if (!isComponent(octets)) {
            throw new IllegalArgumentException("not one component of a path");
        }
        return new FileName(octets.clone());
    }

    /**
     * A name given in the program's own text or configuration, in UTF-8.
     *
     * @throws IllegalArgumentException if it is not one component
     */
    public static FileName of(String name) {
        return of(name.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether these octets can be one component of a path. */
    public static boolean isComponent(byte[] octets) {
        if (octets.length == 0 || octets.length > NAME_MAX) {
            return false;
        }
        for (byte octet : octets) {
            if (octet == 0 || octet == '/') {
                return false;
            }
        }
        boolean dot = octets[0] == '.' && octets.length == 1;
        boolean dotDot = octets.length == 2 && octets[0] == '.' && octets[1] == '.';
        return !dot && !dotDot;
    }

    /** A copy of the octets. */
    public byte[] octets() {
        return octets.clone();
    }

    /** How many octets there are. */
    public int length() {
        return octets.length;
    }

    /** The octet at an index, without its sign extended. */
    public int octetAt(int index) {
        return octets[index] & 0xFF;
    }

    @Override
    public int compareTo(FileName other) {
        return Arrays.compareUnsigned(octets, other.octets);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileName name && Arrays.equals(octets, name.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    /** Printable for a log: octets outside 0x21..0x7E and the backslash as {@code \xHH}. */
    @Override
    public String toString() {
        return Printable.escape(octets);
    }
}

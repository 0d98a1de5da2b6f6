package org.postern.api.auth;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.postern.api.text.Printable;

/**
 * A user's name as octets, the way the client sent it: decoding could make two names one. 1 to 255
 * octets without NUL; what else a name may hold is each backend's rule.
 */
public final class UserName {
    /**
     * Longer than any mail address that RFC 5321 section 4.5.3.1 lets exist, short enough to keep.
     */
    public static final int MAX_OCTETS = 255;

    private final byte[] octets;

    private UserName(byte[] octets) {
        this.octets = octets;
    }

    /**
     * @throws IllegalArgumentException if empty, longer than {@link #MAX_OCTETS}, or with a NUL
     */
    public static UserName of(byte[] octets) {
        if (octets.length == 0 || octets.length > MAX_OCTETS) {
            throw new IllegalArgumentException("a user name has 1 to 255 octets");
        }
        for (byte octet : octets) {
            if (octet == 0) {
                throw new IllegalArgumentException("a user name has no NUL");
            }
        }
        return new UserName(octets.clone());
    }

    /** A name from configuration, in UTF-8. */
    public static UserName of(String name) {
        return of(name.getBytes(StandardCharsets.UTF_8));
    }

    /** A copy of the octets. */
    public byte[] octets() {
        return octets.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UserName name && Arrays.equals(octets, name.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    /** Escaped and cut by {@link Printable}; only for names that a backend has vouched for. */
    @Override
    public String toString() {
        return Printable.escape(octets);
    }
}

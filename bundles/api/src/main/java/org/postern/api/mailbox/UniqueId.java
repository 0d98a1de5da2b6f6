package org.postern.api.mailbox;

/**
 * A message's name for as long as it is in its mailbox, the same in every session: 1 to 70
 * characters of 0x21..0x7E (RFC 1939 section 7).
 */
public record UniqueId(String value) {
    /** RFC 1939 section 7. */
    public static final int MAX_LENGTH = 70;

    /**
     * @throws IllegalArgumentException if it is not {@link #isFit}
     */
    public UniqueId {
        if (!isFit(value)) {
            throw new IllegalArgumentException("a unique-id has 1 to 70 characters of 0x21..0x7E");
        }
    }

    /** Whether RFC 1939 lets this be a unique-id. */
    public static boolean isFit(String value) {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < 0x21 || value.charAt(i) > 0x7E) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return value;
    }
}

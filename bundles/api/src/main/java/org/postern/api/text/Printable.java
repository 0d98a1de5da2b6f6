package org.postern.api.text;

/**
 * Octets that somebody else chose, made fit for a log line, a console or an exception: one line, no
 * control or escape sequence, no quote that could end a field, bounded in length.
 */
public final class Printable {
    /** Octets shown at most; more are cut and marked with three dots. */
    public static final int MAX_OCTETS = 128;

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private Printable() {}

    /**
     * Octets 0x21..0x7E as they are, save backslash and double quote; all others as {@code \xHH}.
     */
    public static String escape(byte[] octets) {
        StringBuilder text = new StringBuilder(Math.min(octets.length, MAX_OCTETS) + 8);
        for (int i = 0; i < octets.length; i++) {
            if (i == MAX_OCTETS) {
                return text.append("...").toString();
            }
            int octet = octets[i] & 0xFF;
            if (octet > 0x20 && octet < 0x7F && octet != '\\' && octet != '"') {
                text.append((char) octet);
            } else {
                text.append("\\x").append(HEX[octet >> 4]).append(HEX[octet & 15]);
            }
        }
        return text.toString();
    }
}

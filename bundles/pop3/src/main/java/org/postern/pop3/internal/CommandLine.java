package org.postern.pop3.internal;

import java.nio.ByteBuffer;

/**
 * One line's keyword and arguments, by popa3d's rules: the keyword ends at the first space, each
 * argument at the next; one space at the end is no argument, two in a row are an empty one. Nothing
 * else is stripped. A view on the parser's octets, read once from left to right.
 */
final class CommandLine {
    /** What a line can be used for. */
    enum Form {
        PLAIN,
        /** It passed its bound in {@link CommandLineParser}; the arguments are not believed. */
        TOO_LONG,
        /** It has a NUL: nothing of it is believed. */
        WITH_NUL
    }

    /** {@link #number}: there is no argument. */
    static final int ABSENT = -1;

    /** {@link #number}: there is one, and it is not a number that can be meant. */
    static final int MALFORMED = -2;

    /** RFC 1939 section 3: arguments have up to 40 characters. PASS and USER are read otherwise. */
    private static final int MAX_ARGUMENT = 40;

    private ByteBuffer octets;
    private int length;
    private int keywordEnd;
    private int next;
    private Form form = Form.PLAIN;

    CommandLine(ByteBuffer octets) {
        this.octets = octets;
    }

    void reset(ByteBuffer newOctets, int newLength, Form newForm) {
        octets = newOctets;
        length = newLength;
        form = newForm;
        keywordEnd = space(0);
        next = keywordEnd + 1;
    }

    Form form() {
        return form;
    }

    /** Whether the keyword is this one, given in capitals; only ASCII letters are folded. */
    boolean isKeyword(String capitals) {
        if (keywordEnd != capitals.length()) {
            return false;
        }
        for (int i = 0; i < keywordEnd; i++) {
            int octet = octets.get(i);
            int folded = octet >= 'a' && octet <= 'z' ? octet - ('a' - 'A') : octet;
            if (folded != capitals.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether there is an argument left to read. */
    boolean hasArgument() {
        return next < length;
    }

    /** The next argument, up to a space; empty if there is none, too. */
    byte[] text() {
        if (!hasArgument()) {
            return new byte[0];
        }
        int from = next;
        int to = space(from);
        next = to + 1;
        byte[] text = new byte[to - from];
        octets.get(from, text);
        return text;
    }

    /**
     * Everything that is left, spaces and all: a view, for it may be a password, of which there is
     * to be no copy on the heap.
     */
    ByteBuffer rest() {
        int from = Math.min(next, length);
        next = length;
        return octets.slice(from, length - from);
    }

    /** All of a line that is no command; a view, as above. */
    ByteBuffer whole() {
        return octets.slice(0, length);
    }

    /** Whether it is what gives up an exchange (RFC 5034 section 4). */
    boolean isCancellation() {
        return length == 1 && octets.get(0) == '*';
    }

    /**
     * The next argument as strtol(3) in base 10 reads it, to its last octet: white space, a sign
     * and leading zeros are no harm ("+1", "01"), anything behind the digits is.
     *
     * @return 0 to 2^31 - 1, or {@link #ABSENT}, or {@link #MALFORMED}
     */
    int number() {
        if (!hasArgument()) {
            return ABSENT;
        }
        int from = next;
        int to = space(from);
        next = to + 1;
        if (to - from > MAX_ARGUMENT) {
            return MALFORMED;
        }
        int at = from;
        while (at < to && isWhite(octets.get(at))) {
            at++;
        }
        boolean negative = at < to && octets.get(at) == '-';
        if (negative || (at < to && octets.get(at) == '+')) {
            at++;
        }
        return digits(at, to, negative);
    }

    private int digits(int from, int to, boolean negative) {
        long value = 0;
        for (int at = from; at < to; at++) {
            int digit = octets.get(at) - '0';
            if (digit < 0 || digit > 9) {
                return MALFORMED;
            }
            // Never more than 2^31 * 10 + 9: an overflow is noticed before it can happen.
            value = value * 10 + digit;
            if (value > Integer.MAX_VALUE) {
                return MALFORMED;
            }
        }
        return from == to || (negative && value != 0) ? MALFORMED : (int) value;
    }

    private int space(int from) {
        int at = from;
        while (at < length && octets.get(at) != ' ') {
            at++;
        }
        return at;
    }

    // isspace(3) in the C locale. A space ends the argument, a line feed the line.
    private static boolean isWhite(byte octet) {
        return octet >= '\t' && octet <= '\r';
    }
}

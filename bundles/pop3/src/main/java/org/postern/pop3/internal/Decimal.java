package org.postern.pop3.internal;

import java.nio.ByteBuffer;

/** Numbers as ASCII digits, put without an allocation: a LIST has 100,000 of them. */
final class Decimal {
    /** Digits of the largest long. */
    static final int MAX_DIGITS = 19;

    private Decimal() {}

    /** Puts a number that is not negative. */
    static void put(long number, ByteBuffer target) {
        int end = target.position() + digits(number);
        target.position(end);
        long left = number;
        while (left > Integer.MAX_VALUE) {
            end--;
            target.put(end, (byte) ('0' + left % 10));
            left /= 10;
        }
        // Dividing an int takes a third of the time, and most of a listing's is this.
        int rest = (int) left;
        do {
            end--;
            target.put(end, (byte) ('0' + rest % 10));
            rest /= 10;
        } while (rest != 0);
    }

    private static int digits(long number) {
        int digits = 1;
        for (long next = 10; digits < MAX_DIGITS && next <= number; next *= 10) {
            digits++;
        }
        return digits;
    }
}

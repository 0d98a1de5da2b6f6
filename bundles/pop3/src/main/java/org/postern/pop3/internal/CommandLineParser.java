package org.postern.pop3.internal;

import java.nio.ByteBuffer;

/**
 * Cuts octets into command lines, in constant memory, whatever pieces they come in. LF ends a line,
 * and one CR right before it belongs to the end; any other CR is data. A line is one line whatever
 * its length: what passes the bound is swallowed and voids it, so that a command is never executed
 * cut short; a NUL voids it too. What never got its LF is never a line. Passwords pass through
 * here, so what is kept is kept outside the heap, where wiping leaves no copy.
 */
final class CommandLineParser {
    /**
     * Octets of a line that are kept, without its end. RFC 2449 section 4 lets a command have 255
     * with it; popa3d kept 127.
     */
    static final int MAX_OCTETS = 255;

    private final ByteBuffer octets = ByteBuffer.allocateDirect(MAX_OCTETS);
    private final CommandLine line = new CommandLine(octets);
    private int length;
    private boolean heldCr;
    private boolean tooLong;
    private boolean hasNul;
    private boolean whole;

    /**
     * Takes octets up to the next LF, or all there are.
     *
     * @return whether a line is complete: {@link #line} is it until the next call
     */
    boolean next(ByteBuffer input) {
        if (whole) {
            clear();
        }
        while (input.hasRemaining()) {
            byte octet = input.get();
            if (octet == '\n') {
                whole = true;
                line.reset(length, form());
                return true;
            }
            if (heldCr) {
                heldCr = false;
                keep((byte) '\r');
            }
            if (octet == '\r') {
                heldCr = true;
            } else {
                hasNul |= octet == 0;
                keep(octet);
            }
        }
        return false;
    }

    /** The line that {@link #next} completed. */
    CommandLine line() {
        return line;
    }

    /** Forgets what is kept and overwrites it: it may be a password, or the start of one. */
    void clear() {
        for (int i = 0; i < length; i++) {
            octets.put(i, (byte) 0);
        }
        line.reset(0, CommandLine.Form.PLAIN);
        length = 0;
        heldCr = false;
        tooLong = false;
        hasNul = false;
        whole = false;
    }

    /** Whether nothing is kept of any line; for tests. */
    boolean isWiped() {
        int any = 0;
        for (int i = 0; i < MAX_OCTETS; i++) {
            any |= octets.get(i);
        }
        return any == 0;
    }

    private void keep(byte octet) {
        if (length < MAX_OCTETS) {
            octets.put(length++, octet);
        } else {
            tooLong = true;
        }
    }

    private CommandLine.Form form() {
        if (tooLong) {
            return CommandLine.Form.TOO_LONG;
        }
        return hasNul ? CommandLine.Form.WITH_NUL : CommandLine.Form.PLAIN;
    }
}

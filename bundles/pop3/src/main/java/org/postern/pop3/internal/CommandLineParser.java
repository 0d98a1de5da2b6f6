package org.postern.pop3.internal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Predicate;
import org.postern.api.sasl.SaslLogin;

/**
 * Cuts octets into command lines, in constant memory, whatever pieces they come in. LF ends a line,
 * and one CR right before it belongs to the end; any other CR is data. A line is one line whatever
 * its length: what passes the bound is swallowed and voids it, so that a command is never executed
 * cut short; a NUL voids it too. What never got its LF is never a line. Passwords and tokens pass
 * through here, so what is kept is kept outside the heap, where wiping leaves no copy.
 */
final class CommandLineParser {
    /**
     * Octets of a line that are kept, without its end. RFC 2449 section 4 lets a command have 255
     * with it; popa3d kept 127.
     */
    static final int MAX_OCTETS = 255;

    /**
     * Octets that are kept of a line that may be long: a response in base64, and what AUTH has in
     * front of one.
     */
    static final int MAX_LONG =
            "AUTH ".length() + 20 + " ".length() + (SaslLogin.MAX_RESPONSE + 2) / 3 * 4;

    private final Predicate<CommandLine> mayBeLong;
    private final ByteBuffer small = ByteBuffer.allocateDirect(MAX_OCTETS);
    private final CommandLine line = new CommandLine(small);
    // Made when it is needed, and then kept for the next response: a client that makes us ask for
    // memory again and again would make the collector work for it.
    private Optional<ByteBuffer> large = Optional.empty();
    private ByteBuffer octets = small;
    private int length;
    private boolean heldCr;
    private boolean tooLong;
    private boolean hasNul;
    private boolean whole;

    /**
     * @param mayBeLong asked of the beginning of a line that reaches {@link #MAX_OCTETS}: whether
     *     it may go on to {@link #MAX_LONG}
     */
    CommandLineParser(Predicate<CommandLine> mayBeLong) {
        this.mayBeLong = mayBeLong;
    }

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
                line.reset(octets, length, form());
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
        wipe();
        octets = small;
        line.reset(octets, 0, CommandLine.Form.PLAIN);
        length = 0;
        heldCr = false;
        tooLong = false;
        hasNul = false;
        whole = false;
    }

    /** No line will be long any more: gives the memory for it back. */
    void shrink() {
        if (!isLong()) {
            large = Optional.empty();
        }
    }

    /** Whether nothing is kept of any line; for tests. */
    boolean isWiped() {
        return isZero(small) && large.map(CommandLineParser::isZero).orElse(true);
    }

    /** Octets of memory for lines; for tests. */
    int held() {
        return small.capacity() + large.map(ByteBuffer::capacity).orElse(0);
    }

    private static boolean isZero(ByteBuffer memory) {
        int any = 0;
        for (int i = 0; i < memory.capacity(); i++) {
            any |= memory.get(i);
        }
        return any == 0;
    }

    private void wipe() {
        for (int i = 0; i < length; i++) {
            octets.put(i, (byte) 0);
        }
    }

    private void keep(byte octet) {
        if (length == MAX_OCTETS && !isLong() && !tooLong) {
            lengthen();
        }
        if (length < octets.capacity()) {
            octets.put(length++, octet);
        } else {
            tooLong = true;
        }
    }

    private boolean isLong() {
        return octets.capacity() > MAX_OCTETS;
    }

    private void lengthen() {
        line.reset(small, length, CommandLine.Form.PLAIN);
        if (mayBeLong.test(line)) {
            ByteBuffer longer = large.orElseGet(() -> ByteBuffer.allocateDirect(MAX_LONG));
            large = Optional.of(longer);
            longer.put(0, small, 0, length);
            wipe();
            octets = longer;
        }
    }

    private CommandLine.Form form() {
        if (tooLong) {
            return CommandLine.Form.TOO_LONG;
        }
        return hasNul ? CommandLine.Form.WITH_NUL : CommandLine.Form.PLAIN;
    }
}

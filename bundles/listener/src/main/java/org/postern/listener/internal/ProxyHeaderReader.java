package org.postern.listener.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads one PROXY header of version 1 or 2 (haproxy's proxy-protocol.txt), in whatever pieces it
 * comes, and not an octet behind it. Any deviation ends it at once. A connection whose client
 * nobody has admitted yet costs this object and no more: TLVs are counted and not kept, and none is
 * believed (docs/adr/0013).
 */
final class ProxyHeaderReader {
    /** The longest line of version 1, with its end (section 2.1). */
    static final int MAX_V1 = 107;

    /**
     * Version 2 in all. Its addresses take 36 octets, and all TLVs that the text defines, at their
     * usual lengths, some 600; the text itself wants the header smaller than a segment. A length of
     * 65,535 would only buy a stranger time.
     */
    static final int MAX_V2 = 1_024;

    /** How version 1 begins. */
    static final byte[] LINE = "PROXY ".getBytes(StandardCharsets.US_ASCII);

    /** How version 2 begins. */
    static final byte[] SIGNATURE = {
        '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
    };

    private static final int FIXED = 16;
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int UNSPECIFIED = 0x00;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;
    private static final int PORTS = 4;

    private static final ProxyHeader UNNAMED = new ProxyHeader.Unnamed();

    private final byte[] kept = new byte[MAX_V1];
    private int count;

    /**
     * Takes octets up to the header's end, and none behind it; up to the first that is wrong
     * otherwise. Empty while more are needed. Not called again after an answer.
     */
    Optional<ProxyHeader> read(ByteBuffer input) {
        Optional<ProxyHeader> answer = Optional.empty();
        while (answer.isEmpty() && input.hasRemaining()) {
            byte octet = input.get();
            if (count < kept.length) {
                kept[count] = octet;
            }
            count++;
            answer = kept[0] == LINE[0] ? line(octet) : block(octet);
        }
        return answer;
    }

    private static Optional<ProxyHeader> invalid(String reason) {
        return Optional.of(new ProxyHeader.Invalid(reason));
    }

    // Version 1.

    private Optional<ProxyHeader> line(byte octet) {
        if (count <= LINE.length) {
            return octet == LINE[count - 1] ? Optional.empty() : invalid("no PROXY header");
        }
        boolean afterReturn = kept[count - 2] == '\r';
        if (afterReturn != (octet == '\n')) {
            return invalid("a PROXY line without CRLF");
        }
        if (afterReturn) {
            return Optional.of(ProxyLine.parse(text()));
        }
        return count == MAX_V1 ? invalid("a PROXY line that is too long") : Optional.empty();
    }

    private String text() {
        return new String(kept, LINE.length, count - LINE.length - 2, StandardCharsets.ISO_8859_1);
    }

    // Version 2.

    private Optional<ProxyHeader> block(byte octet) {
        if (count <= SIGNATURE.length) {
            return octet == SIGNATURE[count - 1] ? Optional.empty() : invalid("no PROXY header");
        }
        if (count < FIXED) {
            return Optional.empty();
        }
        int length = FIXED + (kept[FIXED - 2] & 0xFF) * 256 + (kept[FIXED - 1] & 0xFF);
        if (count == FIXED) {
            Optional<String> objection = objection(length);
            if (objection.isPresent()) {
                return invalid(objection.get());
            }
        }
        return count == length ? Optional.of(addresses()) : Optional.empty();
    }

    private int command() {
        return kept[SIGNATURE.length] & 0xFF;
    }

    private int family() {
        return kept[SIGNATURE.length + 1] & 0xFF;
    }

    // "Unexpected values are dropped" (section 2.2); of LOCAL the family means nothing.
    private Optional<String> objection(int length) {
        if (command() != LOCAL && command() != PROXY) {
            return Optional.of("a PROXY header of an unknown version or command");
        }
        if (length > MAX_V2) {
            return Optional.of("a PROXY header that is too long");
        }
        if (command() == LOCAL || family() == UNSPECIFIED) {
            return Optional.empty();
        }
        if (family() != TCP4 && family() != TCP6) {
            return Optional.of("a PROXY header of something else than TCP");
        }
        return length < FIXED + 2 * addressLength() + PORTS
                ? Optional.of("a PROXY header without room for its addresses")
                : Optional.empty();
    }

    private int addressLength() {
        return family() == TCP4 ? 4 : 16;
    }

    private ProxyHeader addresses() {
        if (command() == LOCAL || family() == UNSPECIFIED) {
            return UNNAMED;
        }
        ByteBuffer block = ByteBuffer.wrap(kept);
        block.position(FIXED);
        InetAddress source = address(block);
        InetAddress local = address(block);
        return new ProxyHeader.Client(
                new InetSocketAddress(source, Short.toUnsignedInt(block.getShort())),
                new InetSocketAddress(local, Short.toUnsignedInt(block.getShort())));
    }

    // A mapped IPv4 address becomes that IPv4 address: so the JDK reads it.
    private InetAddress address(ByteBuffer block) {
        byte[] octets = new byte[addressLength()];
        block.get(octets);
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

package org.postern.api.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A network in CIDR notation (RFC 4632, RFC 4291 section 2.3); an address alone is a network of
 * one. Only literals are read: a name would be a DNS query, and whoever answers it would be
 * trusted.
 */
public final class Network {
    private static final int MAX_LENGTH = 64;
    private static final int IPV4_OCTETS = 4;

    private final byte[] prefix;
    private final int bits;

    private Network(byte[] prefix, int bits) {
        this.prefix = prefix;
        this.bits = bits;
    }

    /**
     * @throws IllegalArgumentException if it is no literal network, or has bits behind its prefix:
     *     10.0.0.1/8 is a mistake, and what was meant is a guess
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = address(slash < 0 ? text : text.substring(0, slash));
        int most = address.length * Byte.SIZE;
        int bits = slash < 0 ? most : decimal(text.substring(slash + 1), most);
        for (int bit = bits; bit < most; bit++) {
            if ((address[bit / Byte.SIZE] & (0x80 >>> (bit % Byte.SIZE))) != 0) {
                throw new IllegalArgumentException("bits behind the prefix");
            }
        }
        return new Network(address, bits);
    }

    /** Whether the address is in it. A mapped IPv4 address is in networks of IPv4 alone. */
    public boolean contains(InetAddress address) {
        byte[] octets = octets(address);
        if (octets.length != prefix.length) {
            return false;
        }
        int whole = bits / Byte.SIZE;
        if (!Arrays.equals(octets, 0, whole, prefix, 0, whole)) {
            return false;
        }
        int rest = bits % Byte.SIZE;
        return rest == 0 || ((octets[whole] ^ prefix[whole]) & 0xFF) >>> (Byte.SIZE - rest) == 0;
    }

    /**
     * An address's octets, 4 or 16. ::ffff:0:0/96 (RFC 4291 section 2.5.5.2) is what an IPv4 client
     * looks like on a dual-stack socket, and the same client either way: these are 4.
     */
    public static byte[] octets(InetAddress address) {
        byte[] octets = address.getAddress();
        ByteBuffer view = ByteBuffer.wrap(octets);
        return octets.length > IPV4_OCTETS && view.getLong(0) == 0 && view.getInt(8) == 0xFFFF
                ? Arrays.copyOfRange(octets, octets.length - IPV4_OCTETS, octets.length)
                : octets;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Network network
                && bits == network.bits
                && Arrays.equals(prefix, network.prefix);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(prefix) + bits;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(prefix).getHostAddress() + "/" + bits;
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] address(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("too long");
        }
        return text.indexOf(':') < 0 ? ipv4(text) : ipv6(text);
    }

    // The JDK also takes 10.1 and 1234567: nobody writes those on purpose.
    private static byte[] ipv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != IPV4_OCTETS) {
            throw new IllegalArgumentException("not four octets");
        }
        byte[] octets = new byte[IPV4_OCTETS];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) decimal(parts[i], 255);
        }
        return octets;
    }

    private static byte[] ipv6(String text) {
        if (!text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.')) {
            throw new IllegalArgumentException("not an address");
        }
        byte[] octets;
        try {
            // In brackets it is a literal or an error, never a name.
            octets = InetAddress.getByName("[" + text + "]").getAddress();
        } catch (UnknownHostException bad) {
            throw new IllegalArgumentException("not an address", bad);
        }
        if (octets.length != 16) {
            throw new IllegalArgumentException("an IPv4 address is written as one");
        }
        return octets;
    }

    private static int decimal(String text, int most) {
        if (text.isEmpty()
                || text.length() > 3
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("not a decimal number");
        }
        int number = Integer.parseInt(text);
        if (number > most) {
            throw new IllegalArgumentException("too large");
        }
        return number;
    }
}

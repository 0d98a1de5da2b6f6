package org.postern.api.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Whom a connection is counted against: an IPv4 address, or the /64 that an IPv6 address is in. One
 * customer gets a /64 at least (RFC 6177), so counting full IPv6 addresses would count nothing.
 *
 * @param family 4 or 6
 * @param prefix the address in the low 32 bits, or the upper 64 bits of it; zeros behind what
 *     counts
 */
public record Source(int family, long prefix) {
    /** Bits of an IPv4 address. */
    public static final int IPV4_BITS = 32;

    /** Bits of an IPv6 network that are looked at, at most. */
    public static final int IPV6_BITS = 64;

    private static final int IPV4_OCTETS = 4;
    private static final int IPV6_OCTETS = 16;

    /** The IPv4 address, or the IPv6 /64; a mapped IPv4 address is the IPv4 one. */
    public static Source of(InetAddress address) {
        ByteBuffer octets = ByteBuffer.wrap(Network.octets(address));
        return octets.remaining() == IPV4_OCTETS
                ? new Source(4, octets.getInt() & 0xFFFF_FFFFL)
                : new Source(6, octets.getLong());
    }

    /**
     * The network of this size that it is in.
     *
     * @param bits4 of an IPv4 address, 1 to 32
     * @param bits6 of an IPv6 address, 1 to 64
     */
    public Source within(int bits4, int bits6) {
        int cut = family == 4 ? IPV4_BITS - bits4 : IPV6_BITS - bits6;
        return new Source(family, prefix & -1L << cut);
    }

    /** Its first address. */
    public InetAddress address() {
        byte[] octets =
                family == 4
                        ? ByteBuffer.allocate(IPV4_OCTETS).putInt((int) prefix).array()
                        : ByteBuffer.allocate(IPV6_OCTETS).putLong(prefix).array();
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

package org.postern.limits.internal;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Whom a connection is counted against: an IPv4 address, or the /64 that an IPv6 address is in. One
 * customer gets a /64 at least (RFC 6177), so counting full IPv6 addresses would count nothing.
 *
 * @param family 4 or 6
 * @param prefix the address in the low 32 bits, or the upper 64 bits of it
 */
record Source(int family, long prefix) {
    private static final int IPV4_OCTETS = 4;

    static Source of(InetAddress address) {
        ByteBuffer octets = ByteBuffer.wrap(octets(address));
        return octets.remaining() == IPV4_OCTETS
                ? new Source(4, octets.getInt() & 0xFFFF_FFFFL)
                : new Source(6, octets.getLong());
    }

    /**
     * An address's octets. ::ffff:0:0/96 (RFC 4291 section 2.5.5.2) is what an IPv4 client looks
     * like on a dual-stack socket, and the same source either way.
     */
    static byte[] octets(InetAddress address) {
        byte[] octets = address.getAddress();
        ByteBuffer view = ByteBuffer.wrap(octets);
        return octets.length > IPV4_OCTETS && view.getLong(0) == 0 && view.getInt(8) == 0xFFFF
                ? Arrays.copyOfRange(octets, octets.length - IPV4_OCTETS, octets.length)
                : octets;
    }
}

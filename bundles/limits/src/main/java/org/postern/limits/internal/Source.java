package org.postern.limits.internal;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.postern.api.net.Network;

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
        ByteBuffer octets = ByteBuffer.wrap(Network.octets(address));
        return octets.remaining() == IPV4_OCTETS
                ? new Source(4, octets.getInt() & 0xFFFF_FFFFL)
                : new Source(6, octets.getLong());
    }
}

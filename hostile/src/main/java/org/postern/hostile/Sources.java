package org.postern.hostile;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Addresses to come from. All of 127.0.0.0/8 is this machine's, so a server on loopback sees as
 * many sources as are asked for; any other sees the one address that this machine has for it.
 */
final class Sources {
    /** The second octet: whom the attackers never are. */
    static final int VICTIMS = 77;

    private final boolean loopback;
    private final int network;
    private final int count;
    private int next;

    /**
     * @param network 127.{@code network}.0.0/16
     * @param count of addresses, at most 65,000
     */
    Sources(InetSocketAddress server, int network, int count) {
        this.loopback = server.getAddress().getAddress()[0] == 127;
        this.network = network;
        this.count = count;
    }

    /** The next in turn, as an address to bind to; its port is the system's choice. */
    InetSocketAddress next() throws UnknownHostException {
        int number = 1 + next++ % count;
        byte[] octets = {127, (byte) network, (byte) (number / 250), (byte) (number % 250 + 1)};
        return loopback
                ? new InetSocketAddress(InetAddress.getByAddress(octets), 0)
                : new InetSocketAddress(0);
    }
}

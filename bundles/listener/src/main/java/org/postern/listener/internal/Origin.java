package org.postern.listener.internal;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * From where a client comes, as far as anybody can say.
 *
 * @param source its address: what limits, log and backends go by
 * @param local the address that it connected to, where a proxy has said so; else the connection's
 * @param sameMachine whether what it says has not left this machine, so that nobody can read it on
 *     the way: a proxy's loopback address never stands for its client, and a client that is on a
 *     remote proxy's own machine is not on this one
 */
record Origin(InetSocketAddress source, Optional<InetSocketAddress> local, boolean sameMachine) {

    /** Without a proxy. */
    static Origin direct(InetSocketAddress source) {
        return new Origin(source, Optional.empty(), isLoopback(source));
    }

    /** Behind a proxy that has named its client. */
    static Origin behind(InetSocketAddress proxy, ProxyHeader.Client client) {
        return new Origin(
                client.source(),
                Optional.of(client.local()),
                isLoopback(proxy) && isLoopback(client.source()));
    }

    /** A proxy that has named nobody: there may be anybody behind it. */
    static Origin unnamed(InetSocketAddress proxy) {
        return new Origin(proxy, Optional.empty(), false);
    }

    private static boolean isLoopback(InetSocketAddress address) {
        return address.getAddress().isLoopbackAddress();
    }
}

package org.postern.console.internal;

import java.net.InetSocketAddress;

/** An address with its port. */
final class Endpoint {
    private Endpoint() {}

    static String text(InetSocketAddress address) {
        return text(address.getAddress().getHostAddress(), address.getPort());
    }

    /** The brackets of RFC 3986 where the address has colons of its own. */
    static String text(String address, int port) {
        boolean bare = address.indexOf(':') >= 0 && !address.startsWith("[");
        return (bare ? "[" + address + "]" : address) + ":" + port;
    }
}

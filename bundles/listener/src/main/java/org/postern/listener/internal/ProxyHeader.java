package org.postern.listener.internal;

import java.net.InetSocketAddress;

/** What the octets at the beginning of a proxy's connection are. */
sealed interface ProxyHeader {

    /** The proxy carries a client: its address, and the one that it connected to. */
    record Client(InetSocketAddress source, InetSocketAddress local) implements ProxyHeader {}

    /**
     * The proxy speaks for itself (LOCAL: a health check), or cannot say for whom (UNKNOWN): the
     * connection's own addresses count.
     */
    record Unnamed() implements ProxyHeader {}

    /**
     * No PROXY header, or one that is not believed.
     *
     * @param reason for the log; nothing that was sent is in it
     */
    record Invalid(String reason) implements ProxyHeader {}
}

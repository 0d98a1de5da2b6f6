package org.postern.listener.internal.tls;

import java.net.InetAddress;
import java.util.concurrent.Executor;

/** Who computes what is heavy in handshakes. Any thread. */
@FunctionalInterface
interface Handshakes {
    /** For one connection, of a client at this address. */
    Executor of(InetAddress client);
}

package org.postern.listener.internal;

import java.net.InetAddress;

/** From where a password may come over a connection that nothing encrypts. */
enum PlaintextLogin {
    NEVER,
    LOOPBACK,
    ALWAYS;

    boolean permits(InetAddress source) {
        return switch (this) {
            case NEVER -> false;
            case LOOPBACK -> source.isLoopbackAddress();
            case ALWAYS -> true;
        };
    }
}

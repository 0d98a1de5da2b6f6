package org.postern.api.protocol;

import java.util.List;
import org.postern.api.net.Network;

/**
 * How a listener stands.
 *
 * @param name its name
 * @param protocol what it speaks
 * @param address where it is configured to listen
 * @param port the port it is open on, or the configured one
 * @param tls {@code none}, {@code starttls} or {@code implicit}
 * @param state what it is doing
 * @param sessions connections it carries
 * @param proxies from where a PROXY header is demanded, and believed
 * @param detail what is wrong and what to do, one line; empty when nothing is
 */
public record ListenerReport(
        String name,
        String protocol,
        String address,
        int port,
        String tls,
        State state,
        int sessions,
        List<Network> proxies,
        String detail) {
    public ListenerReport {
        proxies = List.copyOf(proxies);
    }

    /** What a listener is doing. */
    public enum State {
        /** Accepting. */
        OPEN,
        /** Bound, but waiting for its protocol or a limits policy. */
        WAITING,
        /** Not bound, because of {@code detail}. */
        REFUSED,
        /** Closed, with sessions that are ending. */
        DRAINING
    }
}

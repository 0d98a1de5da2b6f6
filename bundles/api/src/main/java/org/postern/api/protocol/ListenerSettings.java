package org.postern.api.protocol;

import java.time.Duration;
import java.util.List;

/**
 * What a protocol needs to know of its listener's configuration.
 *
 * @param name the listener's name: the part after {@code ~} of its file's name
 * @param mechanisms SASL mechanisms to offer; empty for those that can work
 * @param backends the listener's own order of authentication backends; empty for org.postern.auth
 * @param idleTimeout after login, how long the client may say nothing (RFC 1939: 10 minutes or
 *     more)
 */
public record ListenerSettings(
        String name, List<String> mechanisms, List<String> backends, Duration idleTimeout) {
    public ListenerSettings {
        mechanisms = List.copyOf(mechanisms);
        backends = List.copyOf(backends);
    }
}

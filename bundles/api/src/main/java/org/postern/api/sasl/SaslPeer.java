package org.postern.api.sasl;

import java.time.Duration;
import java.util.Optional;
import org.postern.api.net.TlsSession;
import org.postern.api.protocol.ListenerSettings;
import org.postern.api.session.SessionInfo;

/**
 * The connection on which somebody logs in, as it stands then.
 *
 * @param session its addresses
 * @param tls its encryption, if it has one
 * @param listener which mechanisms and backends its listener wants
 * @param deadline how long a backend may take for one answer
 */
public record SaslPeer(
        SessionInfo session,
        Optional<TlsSession> tls,
        ListenerSettings listener,
        Duration deadline) {}

package org.postern.sasl.internal;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.api.net.TlsLevel;
import org.postern.api.net.TlsSession;
import org.postern.api.protocol.ListenerSettings;
import org.postern.api.sasl.SaslPeer;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;

/** Connections. */
final class Peers {
    private Peers() {}

    static SaslPeer inClear() {
        return of(TlsLevel.NONE, Optional.empty());
    }

    static SaslPeer of(TlsLevel level, Optional<TlsSession> tls) {
        SessionInfo session =
                new SessionInfo(
                        new SessionId("0123456789ab"),
                        "pop3",
                        "test",
                        new InetSocketAddress("198.51.100.7", 40000),
                        new InetSocketAddress("192.0.2.1", 995),
                        level,
                        level == TlsLevel.NONE ? "" : "TLSv1.3",
                        Instant.EPOCH,
                        Optional.empty());
        return new SaslPeer(
                session,
                tls,
                new ListenerSettings("test", List.of(), List.of(), Duration.ofMinutes(10)),
                Duration.ofSeconds(30));
    }
}

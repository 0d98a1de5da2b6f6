package org.postern.testkit.protocol;

import java.util.Optional;
import java.util.Set;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsSession;

/** What a handshake by hand has agreed on: nothing to bind to, and a client that is nobody. */
final class ManualTls implements TlsSession {
    static final String VERSION = "TLSv1.3";

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public String cipherSuite() {
        return "TLS_AES_256_GCM_SHA384";
    }

    @Override
    public Set<String> channelBindings() {
        return Set.of();
    }

    @Override
    public Optional<byte[]> channelBinding(String type) {
        return Optional.empty();
    }

    @Override
    public Optional<UserName> clientName() {
        return Optional.empty();
    }
}

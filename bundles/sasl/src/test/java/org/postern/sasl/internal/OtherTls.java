package org.postern.sasl.internal;

import java.util.Optional;
import java.util.Set;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsSession;

/** A connection whose bindings are not {@link FakeTls}'s. */
final class OtherTls implements TlsSession {
    @Override
    public String version() {
        return "TLSv1.3";
    }

    @Override
    public String cipherSuite() {
        return "TLS_AES_256_GCM_SHA384";
    }

    @Override
    public Set<String> channelBindings() {
        return Set.of("tls-exporter");
    }

    @Override
    public Optional<byte[]> channelBinding(String type) {
        return Optional.of(new byte[32]);
    }

    @Override
    public Optional<UserName> clientName() {
        return Optional.empty();
    }
}

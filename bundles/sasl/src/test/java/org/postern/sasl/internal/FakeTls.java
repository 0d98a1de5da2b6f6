package org.postern.sasl.internal;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsSession;

/**
 * An encryption.
 *
 * @param bindings the types of channel binding that it has; each one's octets are its own name
 */
record FakeTls(List<String> bindings, Optional<UserName> clientName) implements TlsSession {
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
        return new LinkedHashSet<>(bindings);
    }

    @Override
    public Optional<byte[]> channelBinding(String type) {
        return bindings.contains(type)
                ? Optional.of(type.getBytes(StandardCharsets.US_ASCII))
                : Optional.empty();
    }
}

package org.postern.pop3.internal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.postern.api.auth.Mechanism;
import org.postern.api.sasl.Sasl;
import org.postern.api.sasl.SaslLogin;
import org.postern.api.sasl.SaslPeer;

/**
 * The service that there is at the moment. Without one there are no mechanisms: USER and PASS do.
 */
final class CurrentSasl implements Sasl {
    private final AtomicReference<Optional<Sasl>> current = new AtomicReference<>(Optional.empty());

    void bind(Sasl service) {
        current.set(Optional.of(service));
    }

    void unbind(Sasl service) {
        current.updateAndGet(bound -> bound.filter(other -> other != service));
    }

    @Override
    public List<Mechanism> offered(SaslPeer peer) {
        return current.get().map(service -> service.offered(peer)).orElse(List.of());
    }

    @Override
    public Optional<SaslLogin> begin(Mechanism mechanism, SaslPeer peer) {
        return current.get().flatMap(service -> service.begin(mechanism, peer));
    }
}

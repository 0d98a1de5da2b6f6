package org.postern.sasl.internal;

import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.postern.api.sasl.SaslContext;
import org.postern.api.sasl.SaslExchange;
import org.postern.api.sasl.SaslMechanism;
import org.postern.api.sasl.SaslPeer;

/** SCRAM-SHA-256-PLUS: the proof holds for this TLS connection alone (RFC 5929, RFC 9266). */
@Component(
        property = {
            SaslMechanism.NAME + "=SCRAM-SHA-256-PLUS",
            Constants.SERVICE_RANKING + ":Integer=60"
        })
public final class ScramPlusMechanism implements SaslMechanism {
    private final SaslSettings settings;

    @Activate
    public ScramPlusMechanism(@Reference SaslSettings settings) {
        this.settings = settings;
    }

    @Override
    public boolean usable(SaslPeer peer) {
        return settings.scram().decoys().isPresent()
                && peer.tls().filter(tls -> !tls.channelBindings().isEmpty()).isPresent();
    }

    @Override
    public SaslExchange begin(SaslContext context) {
        return new ScramExchange(context, settings.scram(), true);
    }
}

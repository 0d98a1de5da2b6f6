package org.postern.sasl.internal;

import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.postern.api.sasl.SaslContext;
import org.postern.api.sasl.SaslExchange;
import org.postern.api.sasl.SaslMechanism;
import org.postern.api.sasl.SaslPeer;

/** SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding. */
@Component(
        property = {
            SaslMechanism.NAME + "=SCRAM-SHA-256",
            Constants.SERVICE_RANKING + ":Integer=50"
        })
public final class ScramMechanism implements SaslMechanism {
    private final SaslSettings settings;

    @Activate
    public ScramMechanism(@Reference SaslSettings settings) {
        this.settings = settings;
    }

    @Override
    public boolean usable(SaslPeer peer) {
        return settings.scram().decoys().isPresent();
    }

    @Override
    public SaslExchange begin(SaslContext context) {
        return new ScramExchange(context, settings.scram(), false);
    }
}

package org.postern.sasl.internal;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Component;
import org.postern.api.auth.Secret;
import org.postern.api.sasl.SaslContext;
import org.postern.api.sasl.SaslExchange;
import org.postern.api.sasl.SaslMechanism;
import org.postern.api.sasl.SaslPeer;
import org.postern.api.sasl.SaslStep;

/** PLAIN (RFC 4616). How long a no takes is the backends' to keep equal. */
@Component(property = {SaslMechanism.NAME + "=PLAIN", Constants.SERVICE_RANKING + ":Integer=20"})
public final class PlainMechanism implements SaslMechanism {
    @Override
    public boolean usable(SaslPeer peer) {
        return true;
    }

    @Override
    public SaslExchange begin(SaslContext context) {
        return new Exchange(context);
    }

    private record Exchange(SaslContext context) implements SaslExchange {
        @Override
        public CompletionStage<SaslStep> next(Optional<Secret> response) {
            if (response.isEmpty()) {
                return Steps.yourTurn();
            }
            try {
                PlainMessage said = PlainMessage.parse(response.get().view());
                return context.authenticate(said.name(), said.authorization(), said.password())
                        .thenApply(SaslStep.Finished::new);
            } catch (MalformedMessage malformed) {
                return Steps.malformed(malformed.getMessage());
            }
        }

        @Override
        public void cancel() {
            // Nothing is held: what the backends are asked is the context's to stop.
        }
    }
}

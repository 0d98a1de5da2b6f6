package org.postern.sasl.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Component;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.sasl.SaslContext;
import org.postern.api.sasl.SaslExchange;
import org.postern.api.sasl.SaslMechanism;
import org.postern.api.sasl.SaslPeer;
import org.postern.api.sasl.SaslStep;

/**
 * LOGIN (draft-murchison-sasl-login): the name, then the password, for clients that have nothing
 * better. The challenges are the words that Outlook compares with; a client may send the name as an
 * initial response. No other one's mail can be asked for.
 */
@Component(property = {SaslMechanism.NAME + "=LOGIN", Constants.SERVICE_RANKING + ":Integer=10"})
public final class LoginMechanism implements SaslMechanism {
    private static final String ASK_NAME = "Username:";
    private static final String ASK_PASSWORD = "Password:";

    @Override
    public boolean usable(SaslPeer peer) {
        return true;
    }

    @Override
    public SaslExchange begin(SaslContext context) {
        return new Exchange(context);
    }

    private static final class Exchange implements SaslExchange {
        private final SaslContext context;
        private Optional<UserName> name = Optional.empty();

        Exchange(SaslContext context) {
            this.context = context;
        }

        @Override
        public CompletionStage<SaslStep> next(Optional<Secret> response) {
            if (response.isEmpty()) {
                return ask(ASK_NAME);
            }
            ByteBuffer said = response.get().view();
            if (name.isPresent()) {
                return said.hasRemaining()
                        ? context.authenticate(name.get(), Optional.empty(), response.get().copy())
                                .thenApply(SaslStep.Finished::new)
                        : Steps.malformed("no password");
            }
            try {
                name = Optional.of(Names.read(said));
                return ask(ASK_PASSWORD);
            } catch (MalformedMessage malformed) {
                return Steps.malformed(malformed.getMessage());
            }
        }

        private static CompletionStage<SaslStep> ask(String what) {
            return Steps.challenge(ByteBuffer.wrap(what.getBytes(StandardCharsets.US_ASCII)));
        }

        @Override
        public void cancel() {
            // Nothing is held: what the backends are asked is the context's to stop.
        }
    }
}

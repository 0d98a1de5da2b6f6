package org.postern.sasl.internal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;
import org.postern.api.net.TlsSession;
import org.postern.api.sasl.SaslContext;
import org.postern.api.sasl.SaslExchange;
import org.postern.api.sasl.SaslMechanism;
import org.postern.api.sasl.SaslPeer;
import org.postern.api.sasl.SaslStep;

/**
 * EXTERNAL (RFC 4422 appendix A): the client's certificate says who it is, and nothing else does.
 * Without a certificate that was verified and has a name nobody is anybody here: a name that the
 * client types is only whose mail it asks for (CVE-2019-3814).
 */
@Component(property = {SaslMechanism.NAME + "=EXTERNAL", Constants.SERVICE_RANKING + ":Integer=70"})
public final class ExternalMechanism implements SaslMechanism {
    private final FailureTimes failures;

    @Activate
    public ExternalMechanism(@Reference SaslSettings settings) {
        this.failures = settings.failures();
    }

    @Override
    public boolean usable(SaslPeer peer) {
        return clientName(peer).isPresent();
    }

    private static Optional<UserName> clientName(SaslPeer peer) {
        return peer.session().tls() == TlsLevel.CLIENT_VERIFIED
                ? peer.tls().flatMap(TlsSession::clientName)
                : Optional.empty();
    }

    @Override
    public SaslExchange begin(SaslContext context) {
        return new Exchange(context, failures);
    }

    private record Exchange(SaslContext context, FailureTimes failures) implements SaslExchange {
        @Override
        public CompletionStage<SaslStep> next(Optional<Secret> response) {
            if (response.isEmpty()) {
                return Steps.yourTurn();
            }
            long began = failures.now();
            Optional<UserName> name = clientName(context.peer());
            if (name.isEmpty()) {
                return failures.decline(began);
            }
            try {
                ByteBuffer wanted = response.get().view();
                Optional<UserName> authorization =
                        wanted.hasRemaining() ? Optional.of(Names.read(wanted)) : Optional.empty();
                return context.find(name.get(), authorization)
                        .thenCompose(outcome -> answer(outcome, began));
            } catch (MalformedMessage malformed) {
                return Steps.malformed(malformed.getMessage());
            }
        }

        private CompletionStage<SaslStep> answer(AccountOutcome outcome, long began) {
            if (outcome instanceof AccountOutcome.Found found) {
                return CompletableFuture.completedStage(new SaslStep.Finished(found.onProof()));
            }
            return outcome instanceof AccountOutcome.Unavailable cannot
                    ? Steps.unavailable(cannot.reason())
                    : failures.decline(began);
        }

        @Override
        public void cancel() {
            // Nothing is held: what is found after this the context closes.
        }
    }
}

package org.postern.pop3.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.protocol.Connection;
import org.postern.api.sasl.Sasl;
import org.postern.api.sasl.SaslLogin;
import org.postern.api.sasl.SaslPeer;
import org.postern.api.sasl.SaslStep;

/**
 * Carries one connection's SASL exchanges, one at a time and step by step, and asks {@link Login}
 * what follows from their outcome. A response is wiped when its step has been taken; an exchange
 * that does not come to its end is cancelled, so that nothing of it stays. All on the event loop.
 */
final class SaslDialogue {
    /** What comes of a step that is not the last one of a login. */
    interface Listener {
        void challenge(ByteBuffer octets);

        void malformed();
    }

    private final Connection connection;
    private final Sasl sasl;
    private final Duration deadline;
    private final HangUps hangUps;
    private final Login login;
    private final Listener listener;
    private Optional<SaslLogin> current = Optional.empty();

    SaslDialogue(
            Connection connection,
            Sasl sasl,
            Duration deadline,
            HangUps hangUps,
            Login login,
            Listener listener) {
        this.connection = connection;
        this.sasl = sasl;
        this.deadline = deadline;
        this.hangUps = hangUps;
        this.login = login;
        this.listener = listener;
    }

    /** What may be used now. */
    List<Mechanism> offered() {
        return sasl.offered(peer());
    }

    /** Begins; what comes of it comes later. The secret is wiped. False if it is not offered. */
    boolean begin(Mechanism mechanism, Optional<Secret> initial) {
        current = sasl.begin(mechanism, peer());
        if (current.isEmpty()) {
            initial.ifPresent(Secret::close);
            return false;
        }
        step(initial);
        return true;
    }

    /** Goes on. The secret is wiped. */
    void respond(Secret response) {
        step(Optional.of(response));
    }

    private void step(Optional<Secret> response) {
        SaslLogin exchange = current.orElseThrow();
        CompletionStage<SaslStep> stage;
        try {
            stage = exchange.next(response);
        } catch (RuntimeException fault) {
            response.ifPresent(Secret::close);
            throw fault;
        }
        if (exchange.attempt().name().isPresent() || exchange.attempt().fingerprint().isPresent()) {
            hangUps.asked(exchange.attempt());
        }
        stage.whenComplete(
                (step, fault) -> {
                    response.ifPresent(Secret::close);
                    connection.execute(() -> taken(exchange, step, fault));
                });
    }

    private void taken(SaslLogin exchange, SaslStep step, Throwable fault) {
        boolean wanted = current.isPresent();
        hangUps.answered();
        if (fault == null && wanted && step instanceof SaslStep.Challenge challenge) {
            listener.challenge(challenge.octets());
            return;
        }
        current = Optional.empty();
        if (fault != null) {
            // Against the contract; the session is not to hang for it.
            exchange.cancel();
            String reason = "the mechanism failed: " + fault.getClass().getSimpleName();
            login.answered(exchange.attempt(), new AuthenticationOutcome.Unavailable(reason), null);
        } else if (step instanceof SaslStep.Finished finished) {
            login.answered(exchange.attempt(), finished.outcome(), null);
        } else if (step instanceof SaslStep.Refusal refusal) {
            login.refused(exchange.attempt(), refusal.octets());
        } else if (wanted && step instanceof SaslStep.Malformed malformed) {
            connection
                    .session()
                    .loginFailed(exchange.attempt().name(), "malformed: " + malformed.reason());
            listener.malformed();
        }
    }

    /** An exchange is over before its end, or before its beginning. */
    void abandon(String reason) {
        connection
                .session()
                .loginFailed(current.flatMap(exchange -> exchange.attempt().name()), reason);
        cancel();
    }

    /** The end of the connection: no answer is wanted any more. */
    void cancel() {
        current.ifPresent(SaslLogin::cancel);
        current = Optional.empty();
    }

    private SaslPeer peer() {
        return new SaslPeer(
                connection.session().info(), connection.tls(), connection.listener(), deadline);
    }
}

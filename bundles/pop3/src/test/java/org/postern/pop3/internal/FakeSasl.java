package org.postern.pop3.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.sasl.Sasl;
import org.postern.api.sasl.SaslLogin;
import org.postern.api.sasl.SaslPeer;
import org.postern.api.sasl.SaslStep;
import org.postern.testkit.pop3.StandardMaildrop;
import org.postern.testkit.protocol.ManualConnection;

/**
 * PLAIN and LOGIN for the one user; answers in a turn of its own, or when a test says so. Fails a
 * session that uses an exchange against its contract.
 */
final class FakeSasl implements Sasl {
    private final ManualConnection connection;
    private final FakeAuthentication authentication;
    final List<SaslPeer> peers = new ArrayList<>();
    final List<Exchange> exchanges = new ArrayList<>();
    List<Mechanism> offered = List.of(Mechanism.PLAIN, Mechanism.LOGIN);
    Optional<AuthenticationOutcome> outcome = Optional.empty();
    boolean answers = true;

    FakeSasl(ManualConnection connection, FakeAuthentication authentication) {
        this.connection = connection;
        this.authentication = authentication;
    }

    @Override
    public List<Mechanism> offered(SaslPeer peer) {
        return offered;
    }

    @Override
    public Optional<SaslLogin> begin(Mechanism mechanism, SaslPeer peer) {
        if (!offered.contains(mechanism)) {
            return Optional.empty();
        }
        peers.add(peer);
        Exchange begun = new Exchange(mechanism);
        exchanges.add(begun);
        return Optional.of(begun);
    }

    /** Exchanges that are neither over nor cancelled. */
    int open() {
        return (int) exchanges.stream().filter(exchange -> !exchange.over).count();
    }

    /** Answers what was never answered, as mechanisms must in the end. */
    void finish() {
        exchanges.forEach(Exchange::finish);
    }

    /** One login. */
    final class Exchange implements SaslLogin {
        final Mechanism mechanism;
        final List<Optional<String>> responses = new ArrayList<>();
        final List<Secret> secrets = new ArrayList<>();
        CompletableFuture<SaslStep> stage = CompletableFuture.completedFuture(null);
        boolean over;
        boolean cancelled;
        private Optional<String> name = Optional.empty();

        Exchange(Mechanism mechanism) {
            this.mechanism = mechanism;
        }

        @Override
        public CompletionStage<SaslStep> next(Optional<Secret> response) {
            if (over || !stage.isDone() || (response.isEmpty() && !responses.isEmpty())) {
                throw new AssertionError("out of turn");
            }
            response.ifPresent(secrets::add);
            responses.add(response.map(secret -> ISO_8859_1.decode(secret.view()).toString()));
            stage = new CompletableFuture<>();
            CompletableFuture<SaslStep> taken = stage;
            if (answers) {
                SaslStep step = step();
                over = !(step instanceof SaslStep.Challenge);
                connection.execute(() -> taken.complete(step));
            }
            return taken;
        }

        /** Completes the step that is under way. */
        void answer(SaslStep step) {
            over |= !(step instanceof SaslStep.Challenge);
            stage.complete(step);
        }

        private SaslStep step() {
            Optional<String> said = responses.get(responses.size() - 1);
            if (mechanism.equals(Mechanism.PLAIN)) {
                return said.map(this::plain).orElse(challenge(""));
            }
            if (said.isEmpty()) {
                return challenge("Username:");
            }
            if (name.isEmpty()) {
                name = said;
                return challenge("Password:");
            }
            return decide(said.get());
        }

        private SaslStep plain(String message) {
            String[] parts = message.split("\0", -1);
            if (parts.length != 3 || parts[1].isEmpty()) {
                return new SaslStep.Malformed("planned");
            }
            name = Optional.of(parts[1]);
            return decide(parts[2]);
        }

        private SaslStep decide(String password) {
            boolean right =
                    name.equals(Optional.of(StandardMaildrop.USER))
                            && password.equals(StandardMaildrop.PASSWORD);
            AuthenticationOutcome checked =
                    right ? authentication.accept() : new AuthenticationOutcome.Declined();
            return new SaslStep.Finished(outcome.orElse(checked));
        }

        @Override
        public void cancel() {
            over = true;
            cancelled = true;
        }

        @Override
        public LoginAttempt attempt() {
            return new LoginAttempt(
                    mechanism,
                    name.filter(Exchange::isName).map(UserName::of),
                    OptionalLong.of(responses.hashCode()));
        }

        private static boolean isName(String said) {
            return !said.isEmpty() && said.length() < 100 && said.indexOf('\0') < 0;
        }

        private void finish() {
            if (!stage.isDone()) {
                answer(new SaslStep.Finished(new AuthenticationOutcome.Unavailable("in the end")));
            }
        }
    }

    static SaslStep challenge(String text) {
        return new SaslStep.Challenge(ByteBuffer.wrap(text.getBytes(US_ASCII)));
    }
}

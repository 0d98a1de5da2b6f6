package org.postern.access.internal.auth;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationOutcome.Refused;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Authenticator;

/** Whether a password is right. */
final class PasswordQuestion implements ChainQuestion<Authenticator, AuthenticationOutcome> {
    private final AuthenticationRequest request;
    private final Authorization wanted;

    PasswordQuestion(AuthenticationRequest asked) {
        wanted = Authorization.of(asked.name(), asked.authorization());
        request =
                new AuthenticationRequest(
                        asked.mechanism(),
                        asked.name(),
                        wanted.other(),
                        asked.secret(),
                        asked.source(),
                        asked.local(),
                        asked.tls(),
                        asked.deadline());
    }

    @Override
    public Asked<AuthenticationOutcome> ask(Authenticator backend, Duration left) {
        AuthenticationAttempt attempt = backend.authenticate(request.within(left));
        CompletionStage<AuthenticationOutcome> outcome =
                attempt.outcome()
                        .thenApply(
                                answer ->
                                        answer instanceof Accepted accepted
                                                        && !wanted.allows(accepted)
                                                ? new Declined()
                                                : answer);
        return new Asked<>(outcome, attempt::cancel);
    }

    @Override
    public boolean settles(AuthenticationOutcome answer) {
        return answer instanceof Accepted || answer instanceof Refused;
    }

    @Override
    public Optional<String> whyNot(AuthenticationOutcome answer) {
        return answer instanceof Unavailable cannot
                ? Optional.of(cannot.reason())
                : Optional.empty();
    }

    @Override
    public AuthenticationOutcome nobody() {
        return new Declined();
    }

    @Override
    public AuthenticationOutcome unavailable(String reason) {
        return new Unavailable(reason);
    }

    @Override
    public void drop(AuthenticationOutcome answer) {
        if (answer instanceof Accepted late) {
            late.mail().close();
        }
    }
}

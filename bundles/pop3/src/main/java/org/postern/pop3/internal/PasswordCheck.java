package org.postern.pop3.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.postern.api.auth.Authentication;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.limits.Limits;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.protocol.Connection;
import org.postern.api.session.SessionInfo;

/**
 * Asks the backends about one connection's passwords, one at a time, and {@link Login} what
 * follows. Whatever happens, the secret is wiped when they have answered. All on the event loop.
 */
final class PasswordCheck {
    private final Connection connection;
    private final Authentication authentication;
    private final Limits limits;
    private final Duration deadline;
    private final HangUps hangUps;
    private final Login login;
    private Optional<AuthenticationAttempt> underWay = Optional.empty();

    PasswordCheck(
            Connection connection,
            Authentication authentication,
            Limits limits,
            Duration deadline,
            HangUps hangUps,
            Login login) {
        this.connection = connection;
        this.authentication = authentication;
        this.limits = limits;
        this.deadline = deadline;
        this.hangUps = hangUps;
        this.login = login;
    }

    /** Begins; the verdict comes later. The secret is wiped. */
    void begin(UserName name, Secret password) {
        LoginAttempt attempt;
        AuthenticationAttempt begun;
        try {
            attempt =
                    new LoginAttempt(
                            Mechanism.PASSWORD,
                            Optional.of(name),
                            OptionalLong.of(limits.fingerprint(name, password)));
            begun =
                    authentication.authenticate(
                            request(name, password), connection.listener().backends());
        } catch (RuntimeException fault) {
            password.close();
            throw fault;
        }
        underWay = Optional.of(begun);
        hangUps.asked(attempt);
        begun.outcome()
                .whenComplete(
                        (outcome, fault) -> {
                            password.close();
                            connection.execute(
                                    () -> {
                                        underWay = Optional.empty();
                                        hangUps.answered();
                                        login.answered(attempt, outcome, fault);
                                    });
                        });
    }

    private AuthenticationRequest request(UserName name, Secret password) {
        SessionInfo session = connection.session().info();
        return new AuthenticationRequest(
                Mechanism.PASSWORD,
                name,
                Optional.empty(),
                password,
                session.source(),
                session.local(),
                session.tls(),
                deadline);
    }

    /** No answer is wanted any more. */
    void cancel() {
        underWay.ifPresent(AuthenticationAttempt::cancel);
        underWay = Optional.empty();
    }
}

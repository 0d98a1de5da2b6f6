package org.postern.pop3.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.postern.api.auth.Authentication;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.MailAccess;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.limits.Admission;
import org.postern.api.limits.Limits;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.limits.LoginReaction;
import org.postern.api.protocol.Cancellable;
import org.postern.api.protocol.Connection;
import org.postern.api.session.SessionInfo;

/**
 * One connection's logins, one at a time: asks the backends, then the limits policy, waits where it
 * is told to, and says what came of it. Whatever happens, the secret is wiped when the backends
 * have answered, and a way to mail that nobody takes is closed. All on the event loop.
 */
final class Login {
    /**
     * Longer than a backend that is being swapped is waited for, shorter than clients' patience.
     */
    private static final Duration MOST = Duration.ofSeconds(30);

    /** What came of a login. */
    interface Verdict {
        /** Its owner is let in: {@link Login#takeMail}. */
        void admitted();

        void failed(boolean close);

        void unavailable();

        void refused(String reason);
    }

    private final Connection connection;
    private final Authentication authentication;
    private final Limits limits;
    private final Duration deadline;
    private final Verdict verdict;
    private Optional<AuthenticationAttempt> attempt = Optional.empty();
    private Optional<MailAccess> mail = Optional.empty();
    private Cancellable timer = () -> {};
    private boolean cancelled;

    Login(
            Connection connection,
            Authentication authentication,
            Limits limits,
            Duration loginTimeout,
            Verdict verdict) {
        this.connection = connection;
        this.authentication = authentication;
        this.limits = limits;
        this.deadline = loginTimeout.compareTo(MOST) < 0 ? loginTimeout : MOST;
        this.verdict = verdict;
    }

    /** Begins; the verdict comes later. The secret is wiped. */
    void begin(UserName name, Secret password) {
        SessionInfo session = connection.session().info();
        AuthenticationRequest request =
                new AuthenticationRequest(
                        Mechanism.PASSWORD,
                        name,
                        Optional.empty(),
                        password,
                        session.source(),
                        session.local(),
                        session.tls(),
                        deadline);
        AuthenticationAttempt begun;
        try {
            begun = authentication.authenticate(request, connection.listener().backends());
        } catch (RuntimeException fault) {
            password.close();
            throw fault;
        }
        attempt = Optional.of(begun);
        begun.outcome()
                .whenComplete(
                        (outcome, fault) -> {
                            password.close();
                            connection.execute(() -> answered(name, outcome, fault));
                        });
    }

    private void answered(UserName name, AuthenticationOutcome outcome, Throwable fault) {
        attempt = Optional.empty();
        if (fault != null) {
            // Against the contract; the session is not to hang for it.
            unavailable(name, "the backend failed: " + fault.getClass().getSimpleName());
        } else if (outcome instanceof AuthenticationOutcome.Accepted accepted) {
            mail = Optional.of(accepted.mail());
            if (cancelled) {
                closeMail();
            } else {
                connection.session().loggedIn(accepted.account());
                askLimits();
            }
        } else if (outcome instanceof AuthenticationOutcome.Declined) {
            failed(name, "declined");
        } else if (outcome instanceof AuthenticationOutcome.Refused) {
            failed(name, "refused");
        } else if (outcome instanceof AuthenticationOutcome.Unavailable unavailable) {
            unavailable(name, unavailable.reason());
        }
    }

    private void failed(UserName name, String reason) {
        if (cancelled) {
            return;
        }
        connection.session().loginFailed(Optional.of(name), reason);
        LoginReaction reaction =
                limits.loginFailed(
                        connection.session().info(),
                        new LoginAttempt(
                                Mechanism.PASSWORD, Optional.of(name), OptionalLong.empty()));
        after(reaction.delay(), () -> verdict.failed(reaction.close()));
    }

    private void unavailable(UserName name, String reason) {
        if (!cancelled) {
            connection.session().loginFailed(Optional.of(name), reason);
            verdict.unavailable();
        }
    }

    private void askLimits() {
        Admission admission = limits.loggedIn(connection.session().info());
        if (admission instanceof Admission.Admitted) {
            verdict.admitted();
        } else if (admission instanceof Admission.Refused refused) {
            closeMail();
            verdict.refused(refused.reason());
        } else if (admission instanceof Admission.Delayed delayed) {
            after(delayed.duration(), this::askLimits);
        }
    }

    private void after(Duration delay, Runnable then) {
        if (delay.isZero()) {
            then.run();
        } else {
            timer = connection.schedule(then, delay);
        }
    }

    /** The way to the mail of who was admitted; whoever takes it closes it. */
    MailAccess takeMail() {
        MailAccess taken = mail.orElseThrow();
        mail = Optional.empty();
        return taken;
    }

    /** No verdict is wanted any more, or what it gave. */
    void cancel() {
        if (!cancelled) {
            cancelled = true;
            timer.cancel();
            attempt.ifPresent(AuthenticationAttempt::cancel);
            closeMail();
        }
    }

    private void closeMail() {
        mail.ifPresent(
                access -> {
                    if (!connection.work(access::close)) {
                        access.close();
                    }
                });
        mail = Optional.empty();
    }
}

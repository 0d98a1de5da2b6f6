package org.postern.pop3.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.MailAccess;
import org.postern.api.limits.Admission;
import org.postern.api.limits.Limits;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.limits.LoginReaction;
import org.postern.api.protocol.Cancellable;
import org.postern.api.protocol.Connection;

/**
 * What follows from an answer about who a client is, however it was asked: the limits policy is
 * told or asked, a time is waited where it says so, and then there is a verdict. Whatever happens,
 * a way to mail that nobody takes is closed. All on the event loop.
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

        /** It has failed, and the client is asked this before it is told so. */
        void failing(ByteBuffer challenge, boolean close);

        void unavailable();

        void refused(String reason);
    }

    private final Connection connection;
    private final Limits limits;
    private final Verdict verdict;
    private Optional<MailAccess> mail = Optional.empty();
    private Cancellable timer = () -> {};
    private boolean cancelled;

    Login(Connection connection, Limits limits, Verdict verdict) {
        this.connection = connection;
        this.limits = limits;
        this.verdict = verdict;
    }

    /** How long one answer may take, where a login may take so long. */
    static Duration deadline(Duration loginTimeout) {
        return loginTimeout.compareTo(MOST) < 0 ? loginTimeout : MOST;
    }

    /**
     * What was asked for is there, or a fault in its place; the verdict comes now or later.
     *
     * @param attempt for the limits policy
     */
    void answered(LoginAttempt attempt, AuthenticationOutcome outcome, Throwable fault) {
        if (fault != null) {
            // Against the contract; the session is not to hang for it.
            unavailable(attempt, "the backend failed: " + fault.getClass().getSimpleName());
        } else if (outcome instanceof AuthenticationOutcome.Accepted accepted) {
            mail = Optional.of(accepted.mail());
            if (cancelled) {
                closeMail();
            } else {
                connection.session().loggedIn(accepted.account());
                askLimits();
            }
        } else if (outcome instanceof AuthenticationOutcome.Declined) {
            failed(attempt, "declined", verdict::failed);
        } else if (outcome instanceof AuthenticationOutcome.Refused) {
            failed(attempt, "refused", verdict::failed);
        } else if (outcome instanceof AuthenticationOutcome.Unavailable unavailable) {
            unavailable(attempt, unavailable.reason());
        }
    }

    /**
     * A mechanism refuses by this challenge. It counts, and what there is to wait is waited, before
     * it is sent: then the client knows, and may give up or hang up.
     */
    void refused(LoginAttempt attempt, ByteBuffer challenge) {
        failed(attempt, "declined", close -> verdict.failing(challenge, close));
    }

    private void failed(LoginAttempt attempt, String reason, Consumer<Boolean> then) {
        if (cancelled) {
            return;
        }
        connection.session().loginFailed(attempt.name(), reason);
        LoginReaction reaction = limits.loginFailed(connection.session().info(), attempt);
        after(reaction.delay(), () -> then.accept(reaction.close()));
    }

    private void unavailable(LoginAttempt attempt, String reason) {
        if (!cancelled) {
            connection.session().loginFailed(attempt.name(), reason);
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

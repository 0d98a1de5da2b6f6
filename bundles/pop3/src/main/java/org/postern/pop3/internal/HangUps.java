package org.postern.pop3.internal;

import java.time.Duration;
import java.util.Optional;
import org.postern.api.limits.Limits;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.protocol.Cancellable;
import org.postern.api.protocol.Connection;
import org.postern.api.session.SessionEnd;

/**
 * Takes who hangs up while his password is checked for one whose password was wrong. A right one is
 * answered at once and a wrong one later, so somebody who guesses need not wait for the answer, and
 * would have no penalty. All on the event loop.
 */
final class HangUps {
    /**
     * Longer than any backend's failureDelay, after which there is an answer; mail programs that
     * give up because a backend hangs wait longer.
     */
    static final Duration SOON = Duration.ofSeconds(10);

    private final Connection connection;
    private final Limits limits;
    private Optional<LoginAttempt> checked = Optional.empty();
    private Cancellable timer = () -> {};

    HangUps(Connection connection, Limits limits) {
        this.connection = connection;
        this.limits = limits;
    }

    /** This is being checked. */
    void asked(LoginAttempt attempt) {
        answered();
        checked = Optional.of(attempt);
        timer = connection.schedule(() -> checked = Optional.empty(), SOON);
    }

    /** Nothing is being checked any more. */
    void answered() {
        checked = Optional.empty();
        timer.cancel();
    }

    /** The connection is over. */
    void ended(SessionEnd end) {
        if (end == SessionEnd.DISCONNECTED) {
            checked.ifPresent(attempt -> limits.loginFailed(connection.session().info(), attempt));
        }
        answered();
    }
}

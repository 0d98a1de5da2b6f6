package org.postern.pop3.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.postern.api.auth.Account;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AccountRequest;
import org.postern.api.auth.Authentication;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.UserName;
import org.postern.testkit.pop3.StandardMaildrop;
import org.postern.testkit.protocol.ManualConnection;

/** Knows one user; answers in a turn of its own, or when a test says so. */
final class FakeAuthentication implements Authentication {
    private final ManualConnection connection;
    private final FakeAccess access;
    final List<AuthenticationRequest> requests = new ArrayList<>();
    final List<Attempt> attempts = new ArrayList<>();
    Optional<AuthenticationOutcome> answer = Optional.empty();
    boolean answers = true;
    boolean fails;

    FakeAuthentication(ManualConnection connection, FakeAccess access) {
        this.connection = connection;
        this.access = access;
    }

    /** An attempt; complete when its turn comes, or by hand. */
    static final class Attempt implements AuthenticationAttempt {
        final CompletableFuture<AuthenticationOutcome> outcome = new CompletableFuture<>();
        boolean cancelled;

        @Override
        public CompletionStage<AuthenticationOutcome> outcome() {
            return outcome;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    @Override
    public AuthenticationAttempt authenticate(
            AuthenticationRequest request, List<String> backends) {
        requests.add(request);
        if (fails) {
            throw new IllegalStateException("planned fault");
        }
        Attempt attempt = new Attempt();
        attempts.add(attempt);
        if (answers) {
            AuthenticationOutcome outcome = answer.orElseGet(() -> check(request));
            connection.execute(() -> attempt.outcome.complete(outcome));
        }
        return attempt;
    }

    /** The outcome that accepts, with a way to mail that is held until it is closed. */
    AuthenticationOutcome.Accepted accept() {
        Account account = new Account(UserName.of(StandardMaildrop.USER), "fake");
        return new AuthenticationOutcome.Accepted(account, access.give());
    }

    private AuthenticationOutcome check(AuthenticationRequest request) {
        boolean right =
                request.name().equals(UserName.of(StandardMaildrop.USER))
                        && StandardCharsets.US_ASCII
                                .encode(StandardMaildrop.PASSWORD)
                                .equals(request.secret().view());
        return right ? accept() : new AuthenticationOutcome.Declined();
    }

    /** Completes what was cancelled or never answered, as backends must in the end. */
    void finish() {
        for (Attempt attempt : attempts) {
            attempt.outcome.complete(new AuthenticationOutcome.Unavailable("in the end"));
        }
    }

    /** Attempts that were neither answered nor cancelled. */
    int open() {
        return (int) attempts.stream().filter(a -> !a.cancelled && !a.outcome.isDone()).count();
    }

    @Override
    public CompletionStage<AccountOutcome> find(AccountRequest request, List<String> order) {
        return CompletableFuture.completedStage(new AccountOutcome.None());
    }

    @Override
    public Set<Mechanism> mechanisms(List<String> order) {
        return Mechanism.WITH_PASSWORD;
    }

    @Override
    public List<String> backends() {
        return List.of("fake");
    }
}

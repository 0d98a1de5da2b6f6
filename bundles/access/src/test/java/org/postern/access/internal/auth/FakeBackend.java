package org.postern.access.internal.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.postern.api.auth.Account;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Authenticator;
import org.postern.api.auth.AuthenticatorStatus;
import org.postern.api.auth.MailAccess;
import org.postern.api.auth.UserName;
import org.postern.api.storage.MailStorage;

/** A backend that answers what and when the test says. */
final class FakeBackend implements Authenticator {
    final List<Attempt> attempts = new ArrayList<>();
    private final Function<AuthenticationRequest, AuthenticationAttempt> behaviour;

    /** One that never answers by itself. */
    FakeBackend() {
        behaviour = request -> new Attempt(request);
    }

    FakeBackend(AuthenticationOutcome answer) {
        behaviour =
                request -> {
                    Attempt attempt = new Attempt(request);
                    attempt.answer.complete(answer);
                    return attempt;
                };
    }

    FakeBackend(Function<AuthenticationRequest, AuthenticationAttempt> behaviour) {
        this.behaviour = behaviour;
    }

    @Override
    public AuthenticationAttempt authenticate(AuthenticationRequest request) {
        AuthenticationAttempt attempt = behaviour.apply(request);
        if (attempt instanceof Attempt ours) {
            attempts.add(ours);
        }
        return attempt;
    }

    @Override
    public AuthenticatorStatus status() {
        return new AuthenticatorStatus(true, "fake");
    }

    static final class Attempt implements AuthenticationAttempt {
        final AuthenticationRequest request;
        final CompletableFuture<AuthenticationOutcome> answer = new CompletableFuture<>();
        boolean cancelled;

        Attempt(AuthenticationRequest request) {
            this.request = request;
        }

        @Override
        public CompletionStage<AuthenticationOutcome> outcome() {
            return answer;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    /** A way to mail that counts how often it was closed. */
    static final class Mail implements MailAccess {
        int closed;
        private final String account;

        Mail() {
            this("anna");
        }

        Mail(String account) {
            this.account = account;
        }

        @Override
        public MailStorage open() {
            throw new AssertionError("nobody asks this here");
        }

        @Override
        public void close() {
            closed++;
        }

        Accepted accepted() {
            return new Accepted(new Account(UserName.of(account), "fake"), this);
        }
    }
}

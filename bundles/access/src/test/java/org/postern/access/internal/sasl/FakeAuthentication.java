package org.postern.access.internal.sasl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.postern.api.auth.Account;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AccountRequest;
import org.postern.api.auth.Authentication;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.MailAccess;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.UserName;
import org.postern.api.storage.MailStorage;

/** A chain of backends that answers what and when the test says. */
final class FakeAuthentication implements Authentication {
    Set<Mechanism> mechanisms = Mechanism.WITH_PASSWORD;
    List<String> order = List.of();

    /** What single backends serve, where that is more. */
    Map<String, Set<Mechanism>> only = Map.of();

    CompletableFuture<AuthenticationOutcome> password = new CompletableFuture<>();
    CompletableFuture<AccountOutcome> lookup = new CompletableFuture<>();
    final List<AuthenticationRequest> requests = new ArrayList<>();
    final List<AccountRequest> lookups = new ArrayList<>();
    final List<List<String>> orders = new ArrayList<>();
    int cancelled;

    @Override
    public AuthenticationAttempt authenticate(
            AuthenticationRequest request, List<String> backends) {
        requests.add(request);
        orders.add(backends);
        return new AuthenticationAttempt() {
            @Override
            public CompletionStage<AuthenticationOutcome> outcome() {
                return password;
            }

            @Override
            public void cancel() {
                cancelled++;
            }
        };
    }

    @Override
    public CompletionStage<AccountOutcome> find(AccountRequest request, List<String> backends) {
        lookups.add(request);
        orders.add(backends);
        return lookup;
    }

    @Override
    public Set<Mechanism> mechanisms(List<String> backends) {
        orders.add(backends);
        return backends.size() == 1 ? only.getOrDefault(backends.get(0), mechanisms) : mechanisms;
    }

    @Override
    public List<String> backends() {
        return order;
    }

    /** A way to mail that counts how often it was closed. */
    static final class Mail implements MailAccess {
        int closed;

        @Override
        public MailStorage open() {
            throw new AssertionError("nobody asks this here");
        }

        @Override
        public void close() {
            closed++;
        }

        Accepted accepted() {
            return new Accepted(new Account(UserName.of("anna"), "fake"), this);
        }
    }
}

package org.postern.access.internal.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.postern.api.auth.AccountLookup;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AccountRequest;

/** A look-up that answers what and when the test says. */
final class FakeLookup implements AccountLookup {
    final List<AccountRequest> requests = new ArrayList<>();
    final CompletableFuture<AccountOutcome> answer = new CompletableFuture<>();

    /** One that does not answer by itself. */
    FakeLookup() {}

    FakeLookup(AccountOutcome outcome) {
        answer.complete(outcome);
    }

    @Override
    public CompletionStage<AccountOutcome> find(AccountRequest request) {
        requests.add(request);
        return answer;
    }
}

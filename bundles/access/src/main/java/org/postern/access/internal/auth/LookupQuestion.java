package org.postern.access.internal.auth;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.postern.api.auth.AccountLookup;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AccountOutcome.Found;
import org.postern.api.auth.AccountOutcome.None;
import org.postern.api.auth.AccountOutcome.Unavailable;
import org.postern.api.auth.AccountRequest;

/** Who an account is. */
final class LookupQuestion implements ChainQuestion<AccountLookup, AccountOutcome> {
    private final AccountRequest request;
    private final Authorization wanted;

    LookupQuestion(AccountRequest request) {
        this.request = request;
        this.wanted = Authorization.of(request.name(), request.authorization());
    }

    @Override
    public Asked<AccountOutcome> ask(AccountLookup backend, Duration left) {
        AccountRequest within =
                new AccountRequest(
                        request.mechanism(),
                        request.name(),
                        wanted.other(),
                        request.source(),
                        request.local(),
                        request.tls(),
                        left);
        CompletionStage<AccountOutcome> outcome =
                backend.find(within)
                        .thenApply(
                                answer ->
                                        answer instanceof Found found
                                                        && !wanted.allows(found.onProof())
                                                ? new None()
                                                : answer);
        // A look-up cannot be stopped; what it finds too late is dropped.
        return new Asked<>(outcome, () -> {});
    }

    @Override
    public boolean settles(AccountOutcome answer) {
        return answer instanceof Found;
    }

    @Override
    public Optional<String> whyNot(AccountOutcome answer) {
        return answer instanceof Unavailable cannot
                ? Optional.of(cannot.reason())
                : Optional.empty();
    }

    @Override
    public AccountOutcome nobody() {
        return new None();
    }

    @Override
    public AccountOutcome unavailable(String reason) {
        return new Unavailable(reason);
    }

    @Override
    public void drop(AccountOutcome answer) {
        if (answer instanceof Found late) {
            late.onProof().mail().close();
        }
    }
}

package org.postern.testkit.sasl;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.postern.api.auth.Account;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.MailAccess;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.sasl.SaslContext;
import org.postern.api.sasl.SaslPeer;
import org.postern.api.storage.MailStorage;

/**
 * Backends that know one account, at once or when told to. It may act for nobody else. Counts what
 * a mechanism leaves open.
 */
public final class KnownAccountContext implements SaslContext {
    private final SaslPeer peer;
    private final KnownAccount account;
    private final Set<Mechanism> offered;
    private final AtomicInteger open = new AtomicInteger();
    private final List<Secret> passwords = new ArrayList<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private final List<Optional<UserName>> authorizations = new ArrayList<>();
    private boolean slow;
    private Optional<String> broken = Optional.empty();

    /**
     * @param offered what the client was told that it may use
     */
    public KnownAccountContext(SaslPeer peer, KnownAccount account, Set<Mechanism> offered) {
        this.peer = peer;
        this.account = account;
        this.offered = Set.copyOf(offered);
    }

    /** From now on answers come with {@link #answer}. */
    public KnownAccountContext slow() {
        slow = true;
        return this;
    }

    /** From now on nobody can tell. */
    public KnownAccountContext broken(String reason) {
        broken = Optional.of(reason);
        return this;
    }

    /** Gives the answers that are waiting. */
    public void answer() {
        List<Runnable> due = List.copyOf(waiting);
        waiting.clear();
        due.forEach(Runnable::run);
    }

    /** How many ways to mail are open. */
    public int open() {
        return open.get();
    }

    /** Whether every password that was asked about has been answered, and so wiped. */
    public boolean passwordsWiped() {
        return passwords.stream()
                .allMatch(
                        password -> {
                            try {
                                return password.view().capacity() < 0;
                            } catch (IllegalStateException wiped) {
                                return true;
                            }
                        });
    }

    /** Whose mail was asked for, question by question. */
    public List<Optional<UserName>> authorizations() {
        return List.copyOf(authorizations);
    }

    @Override
    public SaslPeer peer() {
        return peer;
    }

    @Override
    public boolean offers(Mechanism mechanism) {
        return offered.contains(mechanism);
    }

    @Override
    public CompletionStage<AuthenticationOutcome> authenticate(
            UserName name, Optional<UserName> authorization, Secret password) {
        passwords.add(password);
        authorizations.add(authorization);
        CompletableFuture<AuthenticationOutcome> answer = new CompletableFuture<>();
        inTime(
                () -> {
                    boolean right =
                            ours(name, authorization)
                                    && password.view()
                                            .equals(ByteBuffer.wrap(account.passwordOctets()));
                    password.close();
                    answer.complete(
                            broken.<AuthenticationOutcome>map(
                                            AuthenticationOutcome.Unavailable::new)
                                    .orElseGet(() -> right ? accepted() : new Declined()));
                });
        return answer;
    }

    @Override
    public CompletionStage<AccountOutcome> find(UserName name, Optional<UserName> authorization) {
        authorizations.add(authorization);
        CompletableFuture<AccountOutcome> answer = new CompletableFuture<>();
        inTime(
                () ->
                        answer.complete(
                                broken.<AccountOutcome>map(AccountOutcome.Unavailable::new)
                                        .orElseGet(() -> find(ours(name, authorization)))));
        return answer;
    }

    private AccountOutcome find(boolean ours) {
        return ours
                ? new AccountOutcome.Found(account.verifier(), accepted())
                : new AccountOutcome.None();
    }

    private boolean ours(UserName name, Optional<UserName> authorization) {
        return name.equals(account.userName())
                && authorization.filter(other -> !other.equals(name)).isEmpty();
    }

    private void inTime(Runnable answer) {
        if (slow) {
            waiting.add(answer);
        } else {
            answer.run();
        }
    }

    private Accepted accepted() {
        open.incrementAndGet();
        return new Accepted(new Account(account.userName(), "contract"), new CountedMail());
    }

    private final class CountedMail implements MailAccess {
        private boolean closed;

        @Override
        public MailStorage open() {
            throw new UnsupportedOperationException("nobody opens mail in the middle of a login");
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
        }
    }
}

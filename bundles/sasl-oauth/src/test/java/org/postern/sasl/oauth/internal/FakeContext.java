package org.postern.sasl.oauth.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.postern.api.auth.Account;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.MailAccess;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;
import org.postern.api.protocol.ListenerSettings;
import org.postern.api.sasl.SaslContext;
import org.postern.api.sasl.SaslPeer;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;
import org.postern.api.storage.MailStorage;

/** Accounts by name, which may act for others; remembers who was asked for. */
final class FakeContext implements SaslContext {
    private final Map<String, List<String>> accounts = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private Optional<CompletableFuture<AccountOutcome>> answer = Optional.empty();

    FakeContext with(String name, String... actsFor) {
        accounts.put(name, List.of(actsFor));
        return this;
    }

    /** Answers with this instead. */
    void answer(CompletableFuture<AccountOutcome> outcome) {
        answer = Optional.of(outcome);
    }

    /** Names, with "for" whom. */
    synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    /** Mails that were given out and not closed. */
    int open() {
        return opened.get() - closed.get();
    }

    @Override
    public SaslPeer peer() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 110);
        return new SaslPeer(
                new SessionInfo(
                        new SessionId("abcdefghijkl"),
                        "pop3",
                        "pop3",
                        address,
                        address,
                        TlsLevel.NONE,
                        "",
                        Instant.EPOCH,
                        Optional.empty()),
                Optional.empty(),
                new ListenerSettings("pop3", List.of(), List.of(), Duration.ofMinutes(10)),
                Duration.ofSeconds(10));
    }

    @Override
    public boolean offers(Mechanism mechanism) {
        return true;
    }

    @Override
    public CompletionStage<AuthenticationOutcome> authenticate(
            UserName name, Optional<UserName> authorization, Secret password) {
        throw new AssertionError("there is no password in a token");
    }

    @Override
    public synchronized CompletionStage<AccountOutcome> find(
            UserName name, Optional<UserName> authorization) {
        asked.add(name + authorization.map(other -> " for " + other).orElse(""));
        return answer.orElseGet(
                () -> CompletableFuture.completedFuture(lookUp(name, authorization)));
    }

    private AccountOutcome lookUp(UserName name, Optional<UserName> authorization) {
        List<String> others = accounts.get(name.toString());
        boolean allowed =
                others != null
                        && authorization.map(UserName::toString).map(others::contains).orElse(true);
        return allowed ? found(authorization.orElse(name)) : new AccountOutcome.None();
    }

    AccountOutcome.Found found(UserName name) {
        opened.incrementAndGet();
        return new AccountOutcome.Found(
                Optional.empty(),
                new AuthenticationOutcome.Accepted(new Account(name, "fake"), new Mail()));
    }

    private final class Mail implements MailAccess {
        private boolean isClosed;

        @Override
        public MailStorage open() {
            throw new AssertionError("mechanisms open no mail");
        }

        @Override
        public synchronized void close() {
            if (!isClosed) {
                isClosed = true;
                closed.incrementAndGet();
            }
        }
    }
}

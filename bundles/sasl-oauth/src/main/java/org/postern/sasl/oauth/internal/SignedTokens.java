package org.postern.sasl.oauth.internal;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.postern.api.auth.queue.CheckResult;
import org.postern.api.auth.queue.Turn;

/**
 * Signed access tokens (RFC 9068), checked with the authorization server's keys and without asking
 * it. A key that is not known may be a new one: then the keys are got again, if that is not too
 * early, and the login waits for it.
 */
final class SignedTokens implements TokenCheck {
    private final Kept<KeySet> keys;
    private final boolean remote;
    private final ClaimRules rules;
    private final Set<SignatureAlgorithm> algorithms;
    private final boolean accessTokenOnly;
    private final Executor workers;
    private final TokenQueue queue;
    private final InstantSource clock;

    /**
     * @param remote whether the keys come over the network, and will when it is there
     * @param accessTokenOnly whether a token must say that it is one (RFC 9068 section 2.1)
     * @param queue lets through as many as there are workers
     */
    SignedTokens(
            Kept<KeySet> keys,
            boolean remote,
            ClaimRules rules,
            Set<SignatureAlgorithm> algorithms,
            boolean accessTokenOnly,
            Executor workers,
            TokenQueue queue,
            InstantSource clock) {
        this.keys = keys;
        this.remote = remote;
        this.rules = rules;
        this.algorithms = Set.copyOf(algorithms);
        this.accessTokenOnly = accessTokenOnly;
        this.workers = workers;
        this.queue = queue;
        this.clock = clock;
    }

    @Override
    public boolean usable() {
        return remote || keys.current().isPresent();
    }

    @Override
    public CompletableFuture<TokenVerdict> check(ByteBuffer token, InetAddress source) {
        CompletableFuture<TokenVerdict> verdict = queue.verdict();
        enter(source, verdict, () -> read(token, source, verdict));
        return verdict;
    }

    // A turn is as long as the work: who waits for keys waits outside, or tokens with made-up keys
    // would keep everybody waiting for a server that is slow.
    private void enter(InetAddress source, CompletableFuture<TokenVerdict> verdict, Runnable work) {
        queue.enter(
                source,
                verdict,
                turn -> {
                    try {
                        workers.execute(() -> work(verdict, work, turn));
                    } catch (RejectedExecutionException stopping) {
                        turn.over(CheckResult.NONE);
                        TokenQueue.giveUp(verdict, "the mechanism is being stopped");
                    }
                });
    }

    private static void work(CompletableFuture<TokenVerdict> verdict, Runnable work, Turn turn) {
        try {
            work.run();
        } catch (RuntimeException | LinkageError | StackOverflowError failed) {
            // Not its message: it may quote the token, and this goes to the log.
            TokenQueue.giveUp(verdict, "the check failed: " + failed.getClass().getName());
        } finally {
            turn.over(verdict.isDone() ? TokenQueue.result(verdict.join()) : CheckResult.NONE);
        }
    }

    private void read(
            ByteBuffer octets, InetAddress source, CompletableFuture<TokenVerdict> verdict) {
        Optional<SignedToken> read = SignedToken.read(octets, algorithms, accessTokenOnly);
        if (read.isEmpty()) {
            verdict.complete(new TokenVerdict.Invalid());
            return;
        }
        SignedToken token = read.get();
        boolean known = keys.current().filter(set -> !token.candidates(set).isEmpty()).isPresent();
        Optional<CompletableFuture<Void>> renewed =
                known || !remote ? Optional.empty() : keys.renewed();
        if (renewed.isEmpty()) {
            verify(token, verdict);
            return;
        }
        var unused =
                renewed.get().thenRun(() -> enter(source, verdict, () -> verify(token, verdict)));
    }

    private void verify(SignedToken token, CompletableFuture<TokenVerdict> verdict) {
        Optional<KeySet> set = keys.current();
        verdict.complete(
                set.isEmpty()
                        ? new TokenVerdict.Unavailable(keys.problem())
                        : token.claims(token.candidates(set.get()))
                                .map(claims -> rules.judge(claims, clock.instant(), true))
                                .orElseGet(TokenVerdict.Invalid::new));
    }

    @Override
    public void close() {
        keys.close();
    }
}

package org.postern.sasl.oauth.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.ConnectException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.UserName;
import org.postern.sasl.oauth.internal.TokenVerdict.Invalid;
import org.postern.sasl.oauth.internal.TokenVerdict.Valid;
import org.postern.testkit.auth.ManualTime;

/** Keys that come when the test says so, in its time. */
class KeyRotationTest {
    private static final Valid ANNA = new Valid(UserName.of("anna"));
    private static final Set<SignatureAlgorithm> ALL = EnumSet.allOf(SignatureAlgorithm.class);
    private static final Duration LEAST = Duration.ofSeconds(30);
    private static final String CLAIMS =
            "{\"iss\":\"https://as\",\"aud\":\"pop\",\"username\":\"anna\",\"exp\":"
                    + (OAuthFixture.NOW.getEpochSecond() + 60)
                    + "}";

    private static TokenMaker old;
    private static TokenMaker next;

    private final ManualTime time = new ManualTime();
    private final Deque<CompletableFuture<byte[]>> fetches = new ArrayDeque<>();
    private final SignedTokens tokens =
            new SignedTokens(
                    new Kept<>(
                            "the key set",
                            this::fetch,
                            octets -> KeySet.parse(octets, ALL),
                            LEAST,
                            Duration.ofDays(1),
                            time::nanos,
                            time),
                    true,
                    new ClaimRules(
                            "https://as", List.of("pop"), List.of(), "username", Duration.ZERO),
                    ALL,
                    true,
                    Runnable::run,
                    new TokenQueue(1, Duration.ofSeconds(5), time),
                    InstantSource.fixed(OAuthFixture.NOW));

    @BeforeAll
    static void makeKeys() throws Exception {
        old = TokenMaker.one("-old");
        next = TokenMaker.two("-next");
    }

    private CompletableFuture<byte[]> fetch() {
        fetches.add(new CompletableFuture<>());
        return fetches.getLast();
    }

    private void answer(TokenMaker server) {
        fetches.getLast().complete(server.keySet().getBytes(StandardCharsets.UTF_8));
    }

    @BeforeEach
    void haveOldKeys() {
        time.runDue();
        answer(old);
        time.advance(LEAST);
    }

    private CompletableFuture<TokenVerdict> check(TokenMaker server) throws Exception {
        String token = server.token("ES256", CLAIMS);
        return tokens.check(
                ByteBuffer.wrap(token.getBytes(StandardCharsets.US_ASCII)),
                InetAddress.getLoopbackAddress());
    }

    @Test
    void aNewKeyIsGotWhenATokenNamesIt() throws Exception {
        assertEquals(ANNA, check(old).join());
        assertEquals(1, fetches.size());
        CompletableFuture<TokenVerdict> verdict = check(next);
        assertFalse(verdict.isDone());
        answer(next);
        assertEquals(ANNA, verdict.join());
        assertEquals(ANNA, check(next).join());
        // What was taken from the set is no key any more, and is not asked for again so soon.
        assertEquals(new Invalid(), check(old).join());
        assertEquals(2, fetches.size());
    }

    @Test
    void madeUpKeysAreAskedForOnceInAWhile() throws Exception {
        List<CompletableFuture<TokenVerdict>> verdicts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            verdicts.add(check(next));
        }
        answer(old);
        for (CompletableFuture<TokenVerdict> verdict : verdicts) {
            assertEquals(new Invalid(), verdict.join());
        }
        assertEquals(new Invalid(), check(next).join());
        assertEquals(2, fetches.size());
        time.advance(LEAST);
        assertFalse(check(next).isDone());
        assertEquals(3, fetches.size());
    }

    @Test
    void aSlowServerHoldsUpOnlyTokensWithNewKeys() throws Exception {
        CompletableFuture<TokenVerdict> waiting = check(next);
        assertEquals(ANNA, check(old).join());
        assertFalse(waiting.isDone());
        time.advance(Duration.ofSeconds(5));
        assertEquals(
                new TokenVerdict.Unavailable("a token's check took more than timeoutSeconds"),
                waiting.join());
    }

    @Test
    void keysStayWhileTheServerIsAway() throws Exception {
        CompletableFuture<TokenVerdict> verdict = check(next);
        fetches.getLast().completeExceptionally(new ConnectException());
        assertEquals(new Invalid(), verdict.join());
        assertEquals(ANNA, check(old).join());
    }
}

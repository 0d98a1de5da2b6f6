package org.postern.sasl.oauth.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.sasl.SaslStep;
import org.postern.api.sasl.SaslStep.Challenge;
import org.postern.api.sasl.SaslStep.Finished;
import org.postern.api.sasl.SaslStep.Malformed;
import org.postern.api.sasl.SaslStep.Refusal;
import org.postern.testkit.auth.ManualTime;

class OAuthExchangeTest {
    private static final Duration DELAY = Duration.ofSeconds(1);
    private static final TokenVerdict ANNA = new TokenVerdict.Valid(UserName.of("anna"));

    private final ManualTime time = new ManualTime();
    private final FakeContext context = new FakeContext().with("anna", "info").with("bob");
    private final Set<OAuthExchange> underWay = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<TokenVerdict> verdict = new CompletableFuture<>();

    /** Says what the test says, when it says so. */
    private final class ManualCheck implements TokenCheck {
        @Override
        public boolean usable() {
            return true;
        }

        @Override
        public CompletableFuture<TokenVerdict> check(ByteBuffer token, InetAddress source) {
            return verdict;
        }

        @Override
        public void close() {}
    }

    private OAuthExchange exchange(ResponseForm form) {
        Verification verification =
                new Verification(
                        new ManualCheck(), DELAY, List.of("mail", "pop"), "https://as.example/oc");
        return new OAuthExchange(form, verification, context, time, time::nanos, underWay);
    }

    private static Optional<Secret> secret(String text) {
        return Optional.of(
                new Secret(text.replace('|', '\u0001').getBytes(StandardCharsets.UTF_8)));
    }

    // What is not there now would never come, and joining it would hang.
    private static SaslStep now(CompletionStage<SaslStep> step) {
        assertTrue(step.toCompletableFuture().isDone(), "answered");
        return step.toCompletableFuture().join();
    }

    private static CompletableFuture<SaslStep> say(OAuthExchange exchange, String text) {
        return exchange.next(secret(text)).toCompletableFuture();
    }

    private static AuthenticationOutcome outcome(SaslStep step) {
        return assertInstanceOf(Finished.class, step).outcome();
    }

    private static String refusal(SaslStep step) {
        ByteBuffer octets = assertInstanceOf(Refusal.class, step).octets();
        return StandardCharsets.US_ASCII.decode(octets).toString();
    }

    private static String account(SaslStep step) {
        return assertInstanceOf(Accepted.class, outcome(step)).account().name().toString();
    }

    @Test
    void aGoodTokenIsAcceptedAtOnce() {
        OAuthExchange exchange = exchange(ResponseForm.OAUTHBEARER);
        CompletableFuture<SaslStep> step = say(exchange, "n,,|auth=Bearer t||");
        assertFalse(step.isDone());
        assertEquals(Set.of(exchange), underWay);
        verdict.complete(ANNA);
        assertEquals("anna", account(now(step)));
        assertEquals(List.of("anna"), context.asked());
        assertEquals(Set.of(), underWay);
        assertEquals(0, time.waiting());
    }

    @Test
    void withoutAnInitialResponseTheClientIsAsked() {
        OAuthExchange exchange = exchange(ResponseForm.XOAUTH2);
        assertEquals(new Challenge(ByteBuffer.allocate(0)), now(exchange.next(Optional.empty())));
        CompletableFuture<SaslStep> step = say(exchange, "user=anna|auth=Bearer t||");
        verdict.complete(ANNA);
        assertEquals("anna", account(now(step)));
    }

    @Test
    void theClaimedUserIsTheAuthorizationIdentity() {
        verdict.complete(ANNA);
        CompletableFuture<SaslStep> own =
                say(exchange(ResponseForm.OAUTHBEARER), "n,a=anna,|auth=Bearer t||");
        assertEquals("anna", account(now(own)));
        CompletableFuture<SaslStep> other =
                say(exchange(ResponseForm.XOAUTH2), "user=info|auth=Bearer t||");
        assertEquals("info", account(now(other)));
        assertEquals(List.of("anna", "anna for info"), context.asked());
    }

    @Test
    void anothersMailIsRefusedLikeABadToken() {
        verdict.complete(ANNA);
        assertRefused(say(exchange(ResponseForm.XOAUTH2), "user=bob|auth=Bearer t||"));
        assertEquals(List.of("anna for bob"), context.asked());
    }

    private void assertRefused(CompletableFuture<SaslStep> step) {
        time.advance(DELAY.minusNanos(1));
        assertFalse(step.isDone());
        time.advance(Duration.ofNanos(1));
        assertEquals(
                "{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"mail pop\"}",
                refusal(now(step)));
    }

    @Test
    void allFailuresLookAlikeAndLeaveAtOneTime() {
        String refused =
                "{\"status\":\"invalid_token\",\"scope\":\"mail pop\","
                        + "\"openid-configuration\":\"https://as.example/oc\"}";
        List<TokenVerdict> verdicts =
                List.of(
                        new TokenVerdict.Invalid(),
                        new TokenVerdict.Valid(UserName.of("nobody")),
                        new TokenVerdict.Valid(UserName.of("bob")));
        for (TokenVerdict judged : verdicts) {
            OAuthExchangeTest fresh = new OAuthExchangeTest();
            CompletableFuture<SaslStep> step =
                    say(fresh.exchange(ResponseForm.OAUTHBEARER), "n,a=anna,|auth=Bearer t||");
            fresh.time.advance(Duration.ofMillis(300));
            fresh.verdict.complete(judged);
            fresh.time.advance(Duration.ofMillis(699));
            assertFalse(step.isDone());
            fresh.time.advance(Duration.ofMillis(1));
            assertEquals(refused, refusal(now(step)));
        }
    }

    @Test
    void aSlowCheckLeavesAtTheNextMultiple() {
        CompletableFuture<SaslStep> step =
                say(exchange(ResponseForm.OAUTHBEARER), "n,,|auth=Bearer t||");
        time.advance(Duration.ofSeconds(1));
        verdict.complete(new TokenVerdict.Invalid());
        time.advance(Duration.ofMillis(999));
        assertFalse(step.isDone());
        time.advance(Duration.ofMillis(1));
        assertTrue(step.isDone());
    }

    @Test
    void aRefusalIsTheEnd() {
        for (String answer : List.of("|", "", "n,,|auth=Bearer t||")) {
            OAuthExchangeTest fresh = new OAuthExchangeTest();
            OAuthExchange exchange = fresh.exchange(ResponseForm.OAUTHBEARER);
            CompletableFuture<SaslStep> step = say(exchange, "n,,|auth=||");
            fresh.time.advance(DELAY);
            refusal(now(step));
            assertInstanceOf(Unavailable.class, outcome(now(say(exchange, answer))));
        }
    }

    @Test
    void whatIsMalformedIsSaidAtOnce() {
        OAuthExchange exchange = exchange(ResponseForm.OAUTHBEARER);
        SaslStep step = now(say(exchange, "user=anna|auth=Bearer t||"));
        assertEquals(new Malformed("no fit channel binding flag"), step);
        assertInstanceOf(Unavailable.class, outcome(now(say(exchange, "n,,|auth=Bearer t||"))));
        assertEquals(Set.of(), underWay);
    }

    @Test
    void aServerThatIsAwayIsNoWrongToken() {
        CompletableFuture<SaslStep> step =
                say(exchange(ResponseForm.OAUTHBEARER), "n,,|auth=Bearer t||");
        verdict.complete(new TokenVerdict.Unavailable("away"));
        assertEquals(new Unavailable("away"), outcome(now(step)));
    }

    @Test
    void aLookUpThatFailsIsNoWrongToken() {
        verdict.complete(ANNA);
        context.answer(CompletableFuture.completedFuture(new AccountOutcome.Unavailable("gone")));
        assertEquals(
                new Unavailable("gone"),
                outcome(now(say(exchange(ResponseForm.OAUTHBEARER), "n,,|auth=Bearer t||"))));
        context.answer(CompletableFuture.failedFuture(new IllegalStateException("n,,secret")));
        assertEquals(
                new Unavailable("the look-up failed: java.lang.IllegalStateException"),
                outcome(now(say(exchange(ResponseForm.OAUTHBEARER), "n,,|auth=Bearer t||"))));
    }

    @Test
    void cancellingEndsTheCheck() {
        OAuthExchange exchange = exchange(ResponseForm.OAUTHBEARER);
        CompletableFuture<SaslStep> step = say(exchange, "n,,|auth=Bearer t||");
        exchange.cancel();
        assertEquals(new Unavailable("cancelled"), outcome(now(step)));
        assertTrue(verdict.isDone());
        assertEquals(Set.of(), underWay);
        exchange.cancel();
        assertInstanceOf(Unavailable.class, outcome(now(say(exchange, "|"))));
    }

    @Test
    void aMailThatIsFoundTooLateIsClosed() {
        CompletableFuture<AccountOutcome> found = new CompletableFuture<>();
        context.answer(found);
        OAuthExchange exchange = exchange(ResponseForm.OAUTHBEARER);
        CompletableFuture<SaslStep> step = say(exchange, "n,,|auth=Bearer t||");
        verdict.complete(ANNA);
        exchange.cancel();
        assertInstanceOf(Unavailable.class, outcome(now(step)));
        found.complete(context.found(UserName.of("anna")));
        assertEquals(0, context.open());
    }

    @Test
    void cancellingARefusalThatIsDueLeavesNoTimer() {
        OAuthExchange exchange = exchange(ResponseForm.OAUTHBEARER);
        CompletableFuture<SaslStep> step = say(exchange, "n,,|auth=||");
        assertEquals(1, time.waiting());
        exchange.cancel();
        assertTrue(step.isDone());
        assertEquals(0, time.waiting());
    }

    @Test
    void cancelledBeforeItBeganItAnswersNothing() {
        OAuthExchange exchange = exchange(ResponseForm.OAUTHBEARER);
        exchange.cancel();
        assertEquals(
                new Unavailable("cancelled"), outcome(now(say(exchange, "n,,|auth=Bearer t||"))));
        assertEquals(List.of(), context.asked());
    }
}

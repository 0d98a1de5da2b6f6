package org.postern.access.internal.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.postern.access.internal.Services;
import org.postern.access.internal.Waiting;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationOutcome.Refused;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Authenticator;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;
import org.postern.testkit.auth.ManualTime;

// Where a test looks at the backends, the chain's answer is not its subject.
@SuppressWarnings("FutureReturnValueIgnored")
class AuthenticationChainTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final ManualTime time = new ManualTime();
    private final AuthenticationChain chain =
            new AuthenticationChain(Map.of("backends", "a, b"), time, time::nanos);
    private final FakeBackend.Mail mail = new FakeBackend.Mail();
    private final Map<String, Long> ids = new HashMap<>();

    private FakeBackend install(String name, FakeBackend backend) {
        ids.put(name, ids.size() + 1L);
        chain.bindAuthenticator(backend, properties(name));
        return backend;
    }

    private void remove(String name, FakeBackend backend) {
        chain.unbindAuthenticator(backend, properties(name));
    }

    private Map<String, Object> properties(String name) {
        return Services.properties(Authenticator.NAME, name, ids.get(name), 0);
    }

    private static AuthenticationRequest request() {
        return request(DEADLINE);
    }

    private static AuthenticationRequest request(Duration deadline) {
        return request(deadline, Optional.empty());
    }

    private static AuthenticationRequest request(
            Duration deadline, Optional<UserName> authorization) {
        return new AuthenticationRequest(
                Mechanism.PASSWORD,
                UserName.of("anna"),
                authorization,
                new Secret(new byte[] {'x'}),
                new InetSocketAddress("198.51.100.7", 40000),
                new InetSocketAddress("192.0.2.1", 110),
                TlsLevel.NONE,
                deadline);
    }

    private CompletableFuture<AuthenticationOutcome> ask(String... order) {
        return ask(chain.authenticate(request(), List.of(order)));
    }

    private static CompletableFuture<AuthenticationOutcome> ask(AuthenticationAttempt attempt) {
        return attempt.outcome().toCompletableFuture();
    }

    private static AuthenticationOutcome answer(CompletableFuture<AuthenticationOutcome> outcome) {
        assertTrue(outcome.isDone(), "answered");
        return outcome.join();
    }

    private static String reason(CompletableFuture<AuthenticationOutcome> outcome) {
        return assertInstanceOf(Unavailable.class, answer(outcome)).reason();
    }

    @Test
    void anAcceptanceEndsTheChain() {
        install("a", new FakeBackend(mail.accepted()));
        FakeBackend second = install("b", new FakeBackend(new Declined()));
        assertInstanceOf(Accepted.class, answer(ask()));
        assertEquals(List.of(), second.attempts);
        assertEquals(0, mail.closed);
    }

    @Test
    void aRefusalEndsTheChain() {
        install("a", new FakeBackend(new Refused()));
        install("b", new FakeBackend(mail.accepted()));
        assertInstanceOf(Refused.class, answer(ask()));
    }

    @Test
    void whoDeclinesPassesItOnAndAllDecliningIsDeclined() {
        install("a", new FakeBackend(new Declined()));
        FakeBackend second = install("b", new FakeBackend());
        CompletableFuture<AuthenticationOutcome> first = ask();
        assertFalse(first.isDone(), "the second one thinks");
        second.attempts.get(0).answer.complete(new Declined());
        assertInstanceOf(Declined.class, answer(first));
    }

    @Test
    void anUnavailableBackendMayHaveOwnedTheName() {
        install("a", new FakeBackend(new Unavailable("server down")));
        install("b", new FakeBackend(new Declined()));
        assertEquals("a: server down", reason(ask()));
    }

    @Test
    void aLaterAcceptanceCountsAfterAnUnavailableBackend() {
        install("a", new FakeBackend(new Unavailable("server down")));
        install("b", new FakeBackend(mail.accepted()));
        assertInstanceOf(Accepted.class, answer(ask()));
    }

    @Test
    void anAcceptanceForAnotherThanWasAskedForIsClosedAndDeclined() {
        FakeBackend overlooks = install("a", new FakeBackend(mail.accepted()));
        AuthenticationRequest forBen = request(DEADLINE, Optional.of(UserName.of("ben")));
        assertInstanceOf(Declined.class, answer(ask(chain.authenticate(forBen, List.of("a")))));
        assertEquals(1, mail.closed);
        assertEquals(forBen.authorization(), overlooks.attempts.get(0).request.authorization());
        FakeBackend.Mail bens = new FakeBackend.Mail("ben");
        install("b", new FakeBackend(bens.accepted()));
        assertEquals(bens.accepted(), answer(ask(chain.authenticate(forBen, List.of()))));
        assertEquals(0, bens.closed);
    }

    @Test
    void askingForOnesOwnMailIsAskingForNoOtherOnes() {
        FakeBackend backend = install("a", new FakeBackend(mail.accepted()));
        AuthenticationRequest own = request(DEADLINE, Optional.of(UserName.of("anna")));
        assertInstanceOf(Accepted.class, answer(ask(chain.authenticate(own, List.of("a")))));
        assertEquals(Optional.empty(), backend.attempts.get(0).request.authorization());
    }

    @Test
    void brokenBackendsAreUnavailableOnes() {
        List<FakeBackend> broken =
                List.of(
                        new FakeBackend(
                                request -> {
                                    throw new IllegalStateException("quotes what was typed");
                                }),
                        new FakeBackend(
                                request -> {
                                    throw new NoClassDefFoundError("of a bundle that left");
                                }),
                        new FakeBackend(request -> null),
                        new FakeBackend((AuthenticationOutcome) null),
                        new FakeBackend(
                                request -> {
                                    FakeBackend.Attempt attempt = new FakeBackend.Attempt(request);
                                    attempt.answer.completeExceptionally(
                                            new IllegalStateException());
                                    return attempt;
                                }));
        install("b", new FakeBackend(new Declined()));
        for (int i = 0; i < broken.size(); i++) {
            install("broken" + i, broken.get(i));
            assertEquals("broken" + i + ": failed", reason(ask("broken" + i, "b")));
            remove("broken" + i, broken.get(i));
        }
    }

    @Test
    void theListenersOwnOrderCounts() {
        FakeBackend first = install("a", new FakeBackend(new Declined()));
        install("b", new FakeBackend(mail.accepted()));
        assertInstanceOf(Accepted.class, answer(ask("b", "a")));
        assertEquals(List.of(), first.attempts);
    }

    @Test
    void aChangedOrderCountsForTheNextLoginAndNotForTheOneUnderWay() {
        FakeBackend first = install("a", new FakeBackend());
        FakeBackend second = install("b", new FakeBackend());
        CompletableFuture<AuthenticationOutcome> underWay = ask();
        chain.modified(Map.of("backends", "b"));
        assertEquals(List.of("b"), chain.backends());
        ask();
        assertEquals(1, second.attempts.size());
        first.attempts.get(0).answer.complete(new Declined());
        second.attempts.get(1).answer.complete(new Declined());
        assertInstanceOf(Declined.class, answer(underWay));
    }

    @Test
    void aBadOrderIsRefusedAndTheLastGoodOneStays() {
        for (String bad : List.of(",", "a,a", "no such", "Ä", "a/b", "x".repeat(33))) {
            chain.modified(Map.of("backends", bad));
            assertEquals(1, chain.problems().size(), bad);
            assertEquals(List.of("a", "b"), chain.backends());
        }
        chain.modified(Map.of("backend", "a"));
        assertEquals("backend", chain.problems().get(0).key());
    }

    @Test
    void withAConfigurationThatWasNeverGoodNobodyGetsIn() {
        AuthenticationChain closed =
                new AuthenticationChain(Map.of("backends", "a b"), time, time::nanos);
        closed.bindAuthenticator(
                new FakeBackend(mail.accepted()),
                Services.properties(Authenticator.NAME, "virtual", 1, 0));
        assertTrue(reason(ask(closed.authenticate(request(), List.of()))).contains("auth"));
    }

    @Test
    void theDefaultOrderIsVirtual() {
        assertEquals(
                List.of("virtual"),
                new AuthenticationChain(Map.of(), time, time::nanos).backends());
    }

    @Test
    void atTheDeadlineTheAttemptIsCancelledAndALateAcceptanceIsClosed() {
        FakeBackend slow = install("a", new FakeBackend());
        CompletableFuture<AuthenticationOutcome> outcome = ask();
        time.advance(DEADLINE.minusMillis(1));
        assertFalse(outcome.isDone());
        time.advance(Duration.ofMillis(1));
        assertEquals("a: no answer in time", reason(outcome));
        assertTrue(slow.attempts.get(0).cancelled);
        slow.attempts.get(0).answer.complete(mail.accepted());
        assertEquals(1, mail.closed);
    }

    @Test
    void aCancelledAttemptCompletesAndALateAcceptanceIsClosed() {
        FakeBackend slow = install("a", new FakeBackend());
        FakeBackend next = install("b", new FakeBackend());
        AuthenticationAttempt attempt = chain.authenticate(request(), List.of());
        attempt.cancel();
        assertInstanceOf(Unavailable.class, answer(ask(attempt)));
        assertTrue(slow.attempts.get(0).cancelled);
        slow.attempts.get(0).answer.complete(mail.accepted());
        assertEquals(1, mail.closed);
        slow.attempts.get(0).answer.complete(new Declined());
        assertEquals(List.of(), next.attempts, "nobody is asked in vain");
        assertEquals(0, time.waiting(), "timers that are left");
    }

    /** A secret must not stay in memory because a timer of its login is still waiting. */
    @Test
    void anAnsweredAttemptLeavesNoTimer() {
        install("a", new FakeBackend(mail.accepted()));
        ask();
        assertEquals(0, time.waiting());
    }

    @Test
    void theNextBackendHasTheTimeThatIsLeft() {
        FakeBackend slow = install("a", new FakeBackend());
        FakeBackend second = install("b", new FakeBackend());
        ask();
        time.advance(Duration.ofSeconds(15));
        slow.attempts.get(0).answer.complete(new Declined());
        assertEquals(Duration.ofSeconds(5), second.attempts.get(0).request.deadline());
    }

    @Test
    void aBackendThatIsBeingSwappedIsWaitedFor() {
        FakeBackend old = install("a", new FakeBackend(new Declined()));
        remove("a", old);
        CompletableFuture<AuthenticationOutcome> outcome = ask("a");
        time.advance(Duration.ofSeconds(9));
        assertFalse(outcome.isDone());
        FakeBackend fresh = install("a", new FakeBackend(mail.accepted()));
        time.runDue();
        assertInstanceOf(Accepted.class, answer(outcome));
        assertEquals(1, fresh.attempts.size());
        assertEquals(0, time.waiting());
    }

    @Test
    void aBackendThatStaysAwayMakesItUnavailableAfterTenSeconds() {
        install("b", new FakeBackend(new Declined()));
        CompletableFuture<AuthenticationOutcome> outcome = ask();
        time.advance(Duration.ofMillis(9_999));
        assertFalse(outcome.isDone());
        time.advance(Duration.ofMillis(1));
        assertEquals("a: no such backend is installed", reason(outcome));
        assertEquals("a: no such backend is installed", reason(ask()), "waited out once for all");
    }

    @Test
    void anAbsentBackendIsPassedOverForOneThatAccepts() {
        install("b", new FakeBackend(mail.accepted()));
        CompletableFuture<AuthenticationOutcome> outcome = ask();
        time.advance(Duration.ofSeconds(10));
        assertInstanceOf(Accepted.class, answer(outcome));
    }

    @Test
    void waitingForABackendEndsAtTheDeadline() {
        CompletableFuture<AuthenticationOutcome> outcome =
                ask(chain.authenticate(request(Duration.ofSeconds(3)), List.of("a")));
        time.advance(Duration.ofSeconds(3));
        assertEquals("a: no answer in time", reason(outcome));
        FakeBackend late = install("a", new FakeBackend(mail.accepted()));
        time.runDue();
        assertEquals(List.of(), late.attempts, "asked for nobody");
        assertEquals(0, time.waiting());
    }

    @Test
    void aLeavingBackendFinishesItsAttemptsFirst() throws InterruptedException {
        FakeBackend backend = install("a", new FakeBackend());
        CompletableFuture<AuthenticationOutcome> outcome = ask("a");
        List<String> order = new ArrayList<>();
        Waiting leaving =
                Waiting.start(
                        () -> {
                            remove("a", backend);
                            order.add("left");
                        });
        CompletableFuture<AuthenticationOutcome> later = ask("a");
        assertEquals(1, backend.attempts.size(), "a leaving backend is asked nothing new");
        order.add("answered");
        backend.attempts.get(0).answer.complete(mail.accepted());
        leaving.join();
        assertEquals(List.of("answered", "left"), order);
        assertInstanceOf(Accepted.class, answer(outcome));
        assertFalse(later.isDone(), "waits for the next one");
        install("a", new FakeBackend(new Refused()));
        time.runDue();
        assertInstanceOf(Refused.class, answer(later));
    }

    @Test
    void theHighestRankingOfOneNameIsAsked() {
        FakeBackend low = install("a", new FakeBackend(new Refused()));
        FakeBackend high = new FakeBackend(new Refused());
        chain.bindAuthenticator(high, Services.properties(Authenticator.NAME, "a", 77, 10));
        ask("a");
        assertEquals(List.of(), low.attempts);
        chain.updatedAuthenticator(high, Services.properties(Authenticator.NAME, "a", 77, -10));
        ask("a");
        assertEquals(1, low.attempts.size());
    }

    @Test
    void stoppingAnswersEverybody() {
        install("a", new FakeBackend());
        CompletableFuture<AuthenticationOutcome> thinking = ask("a");
        CompletableFuture<AuthenticationOutcome> waiting = ask("missing");
        chain.deactivate();
        assertInstanceOf(Unavailable.class, answer(thinking));
        assertInstanceOf(Unavailable.class, answer(waiting));
        assertInstanceOf(Unavailable.class, answer(ask("a")));
    }

    @Test
    void nobodyElseCanCompleteTheOutcome() {
        install("a", new FakeBackend());
        AuthenticationAttempt attempt = chain.authenticate(request(), List.of("a"));
        ask(attempt).complete(mail.accepted());
        assertFalse(ask(attempt).isDone());
    }

    @Test
    void theSecretIsPassedOnAndNotTouched() {
        FakeBackend backend = install("a", new FakeBackend(new Declined()));
        AuthenticationRequest request = request();
        ask(chain.authenticate(request, List.of("a")));
        assertSame(request.secret(), backend.attempts.get(0).request.secret());
        assertEquals('x', request.secret().view().get(0));
    }
}

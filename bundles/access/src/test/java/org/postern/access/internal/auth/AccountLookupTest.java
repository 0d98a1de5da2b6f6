package org.postern.access.internal.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Constants;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AccountOutcome.Found;
import org.postern.api.auth.AccountOutcome.None;
import org.postern.api.auth.AccountOutcome.Unavailable;
import org.postern.api.auth.AccountRequest;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.Authenticator;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;
import org.postern.testkit.auth.ManualTime;

/** The chain's look-ups, and what its backends serve. */
class AccountLookupTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final String[] SCRAM = {"PLAIN", "LOGIN", "SCRAM-SHA-256"};

    private final ManualTime time = new ManualTime();
    private final AuthenticationChain chain =
            new AuthenticationChain(Map.of("backends", "a, b"), time, time::nanos);
    private final FakeBackend.Mail mail = new FakeBackend.Mail();
    private final Found found = new Found(Optional.empty(), mail.accepted());
    private long ids;

    private Map<String, Object> properties(String name, Object mechanisms) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(Authenticator.NAME, name);
        properties.put(Constants.SERVICE_ID, ++ids);
        properties.put(Authenticator.MECHANISMS, mechanisms);
        return properties;
    }

    private Map<String, Object> install(String name, FakeLookup lookup) {
        Map<String, Object> properties = properties(name, SCRAM);
        chain.bindLookup(lookup, properties);
        return properties;
    }

    private static AccountRequest request(Mechanism mechanism, Optional<UserName> authorization) {
        return new AccountRequest(
                mechanism,
                UserName.of("anna"),
                authorization,
                new InetSocketAddress("198.51.100.7", 40000),
                new InetSocketAddress("192.0.2.1", 110),
                TlsLevel.ENCRYPTED,
                DEADLINE);
    }

    private CompletableFuture<AccountOutcome> find(String... order) {
        return chain.find(request(Mechanism.SCRAM_SHA_256, Optional.empty()), List.of(order))
                .toCompletableFuture();
    }

    private CompletableFuture<AccountOutcome> findFor(String authorization, String... order) {
        return chain.find(
                        request(Mechanism.SCRAM_SHA_256, Optional.of(UserName.of(authorization))),
                        List.of(order))
                .toCompletableFuture();
    }

    private static AccountOutcome answer(CompletableFuture<AccountOutcome> outcome) {
        assertTrue(outcome.isDone(), "answered");
        return outcome.join();
    }

    @Test
    void theFirstThatFindsOneEndsIt() {
        install("a", new FakeLookup(new None()));
        install("b", new FakeLookup(found));
        FakeLookup third = new FakeLookup(found);
        install("c", third);
        assertEquals(found, answer(find("a", "b", "c")));
        assertEquals(List.of(), third.requests);
        assertEquals(0, mail.closed);
        assertEquals(0, time.waiting());
    }

    @Test
    void theConfiguredOrderCountsWhereTheListenerHasNone() {
        install("b", new FakeLookup(found));
        FakeLookup first = new FakeLookup(new None());
        install("a", first);
        assertEquals(found, answer(find()));
        assertEquals(1, first.requests.size());
    }

    @Test
    void nobodyAndUnavailable() {
        install("a", new FakeLookup(new Unavailable("no file")));
        install("b", new FakeLookup(new None()));
        assertInstanceOf(None.class, answer(find("b")));
        assertEquals(new Unavailable("a: no file"), answer(find()));
        install("c", new FakeLookup(found));
        assertEquals(found, answer(find("a", "c")));
    }

    @Test
    void aBackendThatOnlyChecksPasswordsKnowsNobodyAndIsNotWaitedFor() {
        Map<String, Object> shadow = properties("shadow", new String[] {"PLAIN"});
        FakeBackend passwords = new FakeBackend(new Declined());
        chain.bindAuthenticator(passwords, shadow);
        assertInstanceOf(None.class, answer(find("shadow")));
        chain.unbindAuthenticator(passwords, shadow);
        assertInstanceOf(None.class, answer(find("shadow")), "away, but known");
    }

    @Test
    void aLookUpIsOnlyAskedForTheMechanismsItNames() {
        FakeLookup lookup = new FakeLookup(found);
        install("a", lookup);
        assertInstanceOf(
                None.class,
                chain.find(request(Mechanism.EXTERNAL, Optional.empty()), List.of("a"))
                        .toCompletableFuture()
                        .join());
        assertEquals(List.of(), lookup.requests);
    }

    @Test
    void aLookUpThatIsBeingSwappedIsWaitedFor() {
        FakeLookup old = new FakeLookup();
        Map<String, Object> properties = install("a", old);
        chain.unbindLookup(old, properties);
        CompletableFuture<AccountOutcome> outcome = find("a");
        time.advance(Duration.ofMillis(9_999));
        assertFalse(outcome.isDone());
        install("a", new FakeLookup(found));
        time.runDue();
        assertEquals(found, answer(outcome));
    }

    @Test
    void oneThatStaysAwayIsUnavailableAfterTenSeconds() {
        CompletableFuture<AccountOutcome> outcome = find("a");
        time.advance(Duration.ofMillis(9_999));
        assertFalse(outcome.isDone());
        time.advance(Duration.ofMillis(1));
        assertEquals(new Unavailable("a: no such backend is installed"), answer(outcome));
    }

    @Test
    void whatIsFoundAfterTheDeadlineIsClosed() {
        FakeLookup slow = new FakeLookup();
        install("a", slow);
        CompletableFuture<AccountOutcome> outcome = find("a");
        time.advance(DEADLINE);
        assertEquals(new Unavailable("a: no answer in time"), answer(outcome));
        slow.answer.complete(found);
        assertEquals(1, mail.closed);
    }

    @Test
    void aBrokenLookUpIsAnUnavailableOne() {
        install("null", new FakeLookup((AccountOutcome) null));
        FakeLookup failing = new FakeLookup();
        failing.answer.completeExceptionally(new IllegalStateException());
        install("failing", failing);
        chain.bindLookup(
                asked -> {
                    throw new NoClassDefFoundError("of a bundle that left");
                },
                properties("throwing", SCRAM));
        for (String name : List.of("null", "failing", "throwing")) {
            assertEquals(new Unavailable(name + ": failed"), answer(find(name)));
        }
    }

    @Test
    void askingForOnesOwnMailIsAskingForNoOtherOnes() {
        FakeLookup lookup = new FakeLookup(found);
        install("a", lookup);
        assertEquals(found, answer(findFor("anna", "a")));
        assertEquals(Optional.empty(), lookup.requests.get(0).authorization());
    }

    @Test
    void whatABackendFindsForAnotherThanWasAskedForIsClosedAndNobody() {
        FakeLookup overlooks = new FakeLookup(found);
        install("a", overlooks);
        assertInstanceOf(None.class, answer(findFor("ben", "a")));
        assertEquals(1, mail.closed);
        assertEquals(Optional.of(UserName.of("ben")), overlooks.requests.get(0).authorization());
        FakeBackend.Mail bens = new FakeBackend.Mail("ben");
        install("b", new FakeLookup(new Found(Optional.empty(), bens.accepted())));
        assertInstanceOf(Found.class, answer(findFor("ben")));
        assertEquals(0, bens.closed);
    }

    @Test
    void stoppingAnswersEverybody() {
        install("a", new FakeLookup());
        CompletableFuture<AccountOutcome> outcome = find("a");
        chain.deactivate();
        assertEquals(new Unavailable("stopping"), answer(outcome));
    }

    @Test
    void withoutBackendsPasswordsAreAllThatIsServed() {
        assertEquals(Mechanism.WITH_PASSWORD, chain.mechanisms(List.of()));
        assertEquals(Mechanism.WITH_PASSWORD, chain.mechanisms(List.of("never-seen")));
    }

    @Test
    void whatIsServedIsWhatAllServe() {
        chain.bindAuthenticator(new FakeBackend(), properties("a", SCRAM));
        Map<String, Object> lookup = install("a", new FakeLookup());
        Set<Mechanism> all =
                Set.of(
                        Mechanism.PASSWORD,
                        Mechanism.PLAIN,
                        Mechanism.LOGIN,
                        Mechanism.SCRAM_SHA_256);
        assertEquals(all, chain.mechanisms(List.of("a")));
        assertEquals(Mechanism.WITH_PASSWORD, chain.mechanisms(List.of()), "b is not known");
        chain.bindAuthenticator(new FakeBackend(), properties("b", "PLAIN"));
        assertEquals(
                Set.of(Mechanism.PASSWORD, Mechanism.PLAIN), chain.mechanisms(List.of("b", "a")));
        chain.unbindLookup(new FakeLookup(), lookup);
        assertEquals(all, chain.mechanisms(List.of("a")), "away, but it will be back");
        chain.bindLookup(new FakeLookup(), properties("a", List.of("EXTERNAL", "no such name")));
        assertEquals(
                Set.of(Mechanism.PASSWORD, Mechanism.PLAIN, Mechanism.LOGIN, Mechanism.EXTERNAL),
                chain.mechanisms(List.of("a")),
                "its successor's");
    }

    /** SCRAM cannot be announced by what only checks passwords, whatever it says. */
    @Test
    void anAuthenticatorServesPasswordsAlone() {
        chain.bindAuthenticator(new FakeBackend(), properties("a", SCRAM));
        assertEquals(Mechanism.WITH_PASSWORD, chain.mechanisms(List.of("a")));
    }

    @Test
    void aLookUpAloneServesNoPasswordsButTheCommandStays() {
        install("a", new FakeLookup(new None()));
        assertEquals(
                Set.of(Mechanism.PASSWORD, Mechanism.SCRAM_SHA_256),
                chain.mechanisms(List.of("a")));
    }
}

package org.postern.access.internal.sasl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.postern.access.internal.Services;
import org.postern.access.internal.Waiting;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.net.TlsLevel;
import org.postern.api.protocol.ListenerSettings;
import org.postern.api.sasl.SaslContext;
import org.postern.api.sasl.SaslExchange;
import org.postern.api.sasl.SaslLogin;
import org.postern.api.sasl.SaslMechanism;
import org.postern.api.sasl.SaslPeer;
import org.postern.api.sasl.SaslStep;
import org.postern.api.sasl.SaslStep.Challenge;
import org.postern.api.sasl.SaslStep.Finished;
import org.postern.api.sasl.SaslStep.Malformed;
import org.postern.api.sasl.SaslStep.Refusal;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;
import org.postern.testkit.auth.ManualTime;

// Where a test looks at the mechanism, the step is not its subject.
@SuppressWarnings("FutureReturnValueIgnored")
class InstalledMechanismsTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Mechanism TEST = new Mechanism("TEST");
    private static final SaslStep AGAIN = new Challenge(ByteBuffer.allocate(3));

    private final ManualTime time = new ManualTime();
    private final FakeAuthentication backends = new FakeAuthentication();
    private final InstalledMechanisms sasl =
            new InstalledMechanisms(backends, new FingerprintLimits(), time, time::nanos);
    private final Map<SaslMechanism, Map<String, Object>> installed = new HashMap<>();
    private final FakeAuthentication.Mail mail = new FakeAuthentication.Mail();
    private final FakeMechanism test = new FakeMechanism();

    private void install(String name, SaslMechanism mechanism, int ranking) {
        Map<String, Object> properties =
                Services.properties(SaslMechanism.NAME, name, installed.size() + 1L, ranking);
        installed.put(mechanism, properties);
        sasl.bindMechanism(mechanism, properties);
    }

    private void remove(SaslMechanism mechanism) {
        sasl.unbind(mechanism, installed.get(mechanism), Duration.ZERO);
    }

    private static SaslPeer peer(String... mechanisms) {
        SessionInfo session =
                new SessionInfo(
                        new SessionId("0123456789ab"),
                        "pop3",
                        "test",
                        new InetSocketAddress("198.51.100.7", 40000),
                        new InetSocketAddress("192.0.2.1", 110),
                        TlsLevel.ENCRYPTED,
                        "TLSv1.3",
                        Instant.EPOCH,
                        Optional.empty());
        return new SaslPeer(
                session,
                Optional.empty(),
                new ListenerSettings(
                        "test", List.of(mechanisms), List.of("b", "c"), Duration.ofMinutes(10)),
                DEADLINE);
    }

    private void serve(String... names) {
        Set<Mechanism> served = new HashSet<>(Mechanism.WITH_PASSWORD);
        List.of(names).forEach(name -> served.add(new Mechanism(name)));
        backends.mechanisms = served;
    }

    private List<String> offered(String... listed) {
        return sasl.offered(peer(listed)).stream().map(Mechanism::name).toList();
    }

    private SaslLogin login() {
        serve("TEST");
        if (installed.isEmpty()) {
            install("TEST", test, 0);
        }
        return sasl.begin(TEST, peer()).orElseThrow();
    }

    private FakeMechanism.Exchange exchange() {
        return test.exchanges.get(test.exchanges.size() - 1);
    }

    private static Optional<Secret> says(String text) {
        return Optional.of(new Secret(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static SaslStep step(CompletionStage<SaslStep> stage) {
        assertTrue(stage.toCompletableFuture().isDone(), "answered");
        return stage.toCompletableFuture().join();
    }

    private static String reason(SaslStep step) {
        return assertInstanceOf(Unavailable.class, assertInstanceOf(Finished.class, step).outcome())
                .reason();
    }

    @Test
    void theHighestRankingIsOfferedFirst() {
        serve("EXTERNAL");
        install("LOGIN", new FakeMechanism(), 10);
        install("EXTERNAL", new FakeMechanism(), 30);
        install("PLAIN", new FakeMechanism(), 20);
        assertEquals(List.of("EXTERNAL", "PLAIN", "LOGIN"), offered());
        assertEquals(List.of("b", "c"), backends.orders.get(0), "the listener's backends");
    }

    @Test
    void whatTheListenerListsIsOfferedInItsOrder() {
        install("LOGIN", new FakeMechanism(), 10);
        install("PLAIN", new FakeMechanism(), 20);
        assertEquals(List.of("LOGIN", "PLAIN"), offered("LOGIN", "XOAUTH2", "PLAIN"));
        assertEquals(List.of("PLAIN"), offered("PLAIN"));
        assertEquals(List.of(), offered("XOAUTH2"));
    }

    @Test
    void scramIsOfferedOnlyWhereItIsListed() {
        serve("SCRAM-SHA-256", "SCRAM-SHA-256-PLUS");
        install("SCRAM-SHA-256", new FakeMechanism(), 50);
        install("SCRAM-SHA-256-PLUS", new FakeMechanism(), 60);
        install("PLAIN", new FakeMechanism(), 20);
        assertEquals(List.of("PLAIN"), offered());
        assertEquals(List.of("SCRAM-SHA-256", "PLAIN"), offered("SCRAM-SHA-256", "PLAIN"));
    }

    @Test
    void whatABackendDoesNotServeIsNotOffered() {
        install("EXTERNAL", new FakeMechanism(), 0);
        assertEquals(List.of(), offered("EXTERNAL"));
        serve("EXTERNAL");
        assertEquals(List.of("EXTERNAL"), offered("EXTERNAL"));
    }

    @Test
    void whatIsNotUsableOrBrokenIsNotOffered() {
        FakeMechanism plain = new FakeMechanism();
        plain.usable = false;
        install("PLAIN", plain, 0);
        install(
                "LOGIN",
                new SaslMechanism() {
                    @Override
                    public boolean usable(SaslPeer peer) {
                        throw new NoClassDefFoundError("of a bundle that left");
                    }

                    @Override
                    public SaslExchange begin(SaslContext context) {
                        throw new UnsupportedOperationException();
                    }
                },
                0);
        install("no name", new FakeMechanism(), 0);
        assertEquals(List.of(), offered());
        assertTrue(sasl.begin(Mechanism.PLAIN, peer()).isEmpty());
        plain.usable = true;
        assertEquals(List.of("PLAIN"), offered());
    }

    @Test
    void whatIsNotOfferedCannotBeBegun() {
        serve("SCRAM-SHA-256");
        install("SCRAM-SHA-256", test, 0);
        assertTrue(sasl.begin(Mechanism.SCRAM_SHA_256, peer()).isEmpty());
        assertTrue(sasl.begin(Mechanism.PLAIN, peer()).isEmpty());
        assertEquals(List.of(), test.exchanges);
        assertTrue(sasl.begin(Mechanism.SCRAM_SHA_256, peer("SCRAM-SHA-256")).isPresent());
        assertTrue(exchange().context.offers(Mechanism.SCRAM_SHA_256));
        assertFalse(exchange().context.offers(Mechanism.SCRAM_SHA_256_PLUS));
    }

    @Test
    void carriesAnExchangeToItsEnd() {
        backends.password.complete(mail.accepted());
        Optional<Secret> response = says("secret");
        test.then(AGAIN)
                .then(
                        exchange ->
                                exchange.context
                                        .authenticate(
                                                UserName.of("anna"),
                                                Optional.of(UserName.of("ben")),
                                                response.get().copy())
                                        .thenApply(Finished::new));
        SaslLogin login = login();
        assertEquals(AGAIN, step(login.next(Optional.empty())));
        assertEquals(new Finished(mail.accepted()), step(login.next(response)));
        var request = backends.requests.get(0);
        assertEquals(Mechanism.PASSWORD, request.mechanism(), "TEST is none with a password");
        assertEquals(Optional.of(UserName.of("ben")), request.authorization());
        assertEquals(DEADLINE, request.deadline());
        assertThrows(IllegalStateException.class, request.secret()::view, "wiped");
        assertEquals("secret".length(), response.get().view().remaining(), "not ours to wipe");
        assertEquals(0, mail.closed);
        login.cancel();
        assertEquals(0, mail.closed, "the protocol has it");
        assertEquals(0, exchange().cancelled, "it was over");
        assertEquals(0, time.waiting());
        assertEquals("the exchange is over", reason(step(login.next(says("more")))));
        assertEquals(2, exchange().responses.size());
    }

    @Test
    void whatIsTooLongIsMalformedAndNotShown() {
        SaslLogin most = login();
        test.then(AGAIN);
        assertEquals(AGAIN, step(most.next(says("x".repeat(SaslLogin.MAX_RESPONSE)))));
        SaslLogin over = login();
        SaslStep answer = step(over.next(says("x".repeat(SaslLogin.MAX_RESPONSE + 1))));
        assertInstanceOf(Malformed.class, answer);
        assertEquals(List.of(), exchange().responses);
        assertEquals(1, exchange().cancelled);
    }

    @Test
    void oneResponseAtATimeAndOnlyTheFirstCanBeMissing() {
        SaslLogin login = login();
        login.next(Optional.empty());
        assertThrows(IllegalStateException.class, () -> login.next(says("at once")));
        SaslLogin other = login();
        test.then(AGAIN);
        other.next(says(""));
        assertThrows(IllegalArgumentException.class, () -> other.next(Optional.empty()));
    }

    @Test
    void brokenMechanismsAreUnavailableOnes() {
        test.then(
                        exchange -> {
                            throw new IllegalStateException("quotes what was typed");
                        })
                .then(
                        exchange -> {
                            throw new NoClassDefFoundError("of a bundle that left");
                        })
                .then(exchange -> null)
                .then(exchange -> CompletableFuture.completedStage(null))
                .then(exchange -> CompletableFuture.failedStage(new IllegalStateException()));
        for (int i = 0; i < 5; i++) {
            assertEquals("TEST: failed", reason(step(login().next(says("x")))));
            assertEquals(1, exchange().cancelled);
        }
        assertTrue(test.steps.isEmpty());
    }

    @Test
    void challengesAreBounded() {
        SaslLogin login = login();
        for (int i = 0; i < MechanismLogin.MAX_CHALLENGES; i++) {
            test.then(AGAIN);
            assertEquals(AGAIN, step(login.next(says("x"))));
        }
        test.then(AGAIN);
        assertTrue(reason(step(login.next(says("x")))).contains("too many"));
        SaslStep longest = new Challenge(ByteBuffer.allocate(MechanismLogin.MAX_CHALLENGE));
        test.then(longest);
        assertEquals(longest, step(login().next(says("x"))));
        test.then(new Challenge(ByteBuffer.allocate(MechanismLogin.MAX_CHALLENGE + 1)));
        assertTrue(reason(step(login().next(says("x")))).contains("too long"));
    }

    /** Aborted ones were what Dovecot kept (CVE-2017-15132). */
    @Test
    void howeverAnExchangeEndsItIsForgotten() {
        login().cancel();
        for (SaslStep last :
                List.of(
                        new Finished(new Declined()),
                        new Malformed("planned"),
                        new Refusal(ByteBuffer.allocate(1)),
                        new Challenge(ByteBuffer.allocate(MechanismLogin.MAX_CHALLENGE + 1)))) {
            test.then(last);
            step(login().next(says("x")));
        }
        test.then(
                exchange -> {
                    throw new IllegalStateException("planned");
                });
        step(login().next(says("x")));
        SaslLogin between = login();
        test.then(AGAIN);
        step(between.next(says("x")));
        assertEquals(1, sasl.underWay());
        between.cancel();
        SaslLogin inTheMiddle = login();
        inTheMiddle.next(says("x"));
        inTheMiddle.cancel();
        login().next(says("x"));
        time.advance(DEADLINE.plus(MechanismLogin.OWN_TIME));
        assertEquals(0, sasl.underWay());
        assertEquals(0, time.waiting());
    }

    @Test
    void aRefusalIsTheEnd() {
        backends.lookup.complete(new AccountOutcome.Found(Optional.empty(), mail.accepted()));
        SaslStep no = new Refusal(ByteBuffer.allocate(MechanismLogin.MAX_CHALLENGE));
        test.then(
                exchange ->
                        exchange.context
                                .find(UserName.of("anna"), Optional.empty())
                                .thenApply(found -> no));
        SaslLogin login = login();
        assertEquals(no, step(login.next(says("token"))));
        LoginAttempt told = login.attempt();
        assertEquals(Optional.of(UserName.of("anna")), told.name());
        assertEquals(1, mail.closed);
        assertEquals("the exchange is over", reason(step(login.next(says("dummy")))));
        login.cancel();
        assertEquals(0, exchange().cancelled, "it was over");
        assertEquals(1, exchange().responses.size());
        assertEquals(told, login.attempt(), "what comes after it is no part of the try");
    }

    @Test
    void aRefusalThatCannotBeSentIsANoAllTheSame() {
        test.then(new Refusal(ByteBuffer.allocate(MechanismLogin.MAX_CHALLENGE + 1)));
        assertEquals(new Finished(new Declined()), step(login().next(says("x"))));
        SaslLogin login = login();
        for (int i = 0; i < MechanismLogin.MAX_CHALLENGES; i++) {
            test.then(AGAIN);
            assertEquals(AGAIN, step(login.next(says("x"))));
        }
        test.then(new Refusal(ByteBuffer.allocate(0)));
        assertEquals(new Finished(new Declined()), step(login.next(says("x"))));
    }

    @Test
    void anAcceptanceThatNoBackendGaveIsNone() {
        test.then(new Finished(mail.accepted()));
        assertTrue(reason(step(login().next(says("x")))).contains("no backend"));
        assertEquals(1, mail.closed);
    }

    @Test
    void mailThatTheMechanismForgetsIsClosed() {
        backends.lookup.complete(new AccountOutcome.Found(Optional.empty(), mail.accepted()));
        test.then(
                exchange ->
                        exchange.context
                                .find(UserName.of("anna"), Optional.empty())
                                .thenApply(found -> new Finished(new Declined())));
        assertEquals(new Finished(new Declined()), step(login().next(says("x"))));
        assertEquals(1, mail.closed);
        assertEquals(TEST, backends.lookups.get(0).mechanism());
        assertEquals(TlsLevel.ENCRYPTED, backends.lookups.get(0).tls());
    }

    @Test
    void ofTwoFoundTheOneThatIsAcceptedStaysOpen() {
        FakeAuthentication.Mail other = new FakeAuthentication.Mail();
        backends.lookup.complete(new AccountOutcome.Found(Optional.empty(), other.accepted()));
        backends.password.complete(mail.accepted());
        test.then(
                exchange -> {
                    exchange.context.find(UserName.of("anna"), Optional.empty());
                    return exchange.context
                            .authenticate(
                                    UserName.of("anna"),
                                    Optional.empty(),
                                    new Secret(new byte[] {'x'}))
                            .thenApply(Finished::new);
                });
        assertEquals(new Finished(mail.accepted()), step(login().next(says("x"))));
        assertEquals(0, mail.closed);
        assertEquals(1, other.closed);
    }

    @Test
    void whatComesAfterCancellingIsClosed() {
        test.then(
                exchange ->
                        exchange.context
                                .authenticate(
                                        UserName.of("anna"),
                                        Optional.empty(),
                                        new Secret(new byte[] {'x'}))
                                .thenApply(Finished::new));
        SaslLogin login = login();
        CompletionStage<SaslStep> step = login.next(says("x"));
        login.cancel();
        login.cancel();
        assertEquals("given up", reason(step(step)));
        assertEquals(1, exchange().cancelled);
        assertEquals(1, backends.cancelled);
        backends.password.complete(mail.accepted());
        assertEquals(1, mail.closed);
        assertEquals(0, time.waiting());
    }

    @Test
    void whatIsFoundAfterCancellingIsClosed() {
        SaslLogin login = login();
        login.next(says("x"));
        CompletionStage<AccountOutcome> found =
                exchange().context.find(UserName.of("anna"), Optional.empty());
        login.cancel();
        backends.lookup.complete(new AccountOutcome.Found(Optional.empty(), mail.accepted()));
        assertInstanceOf(AccountOutcome.Unavailable.class, found.toCompletableFuture().join());
        assertEquals(1, mail.closed);
    }

    @Test
    void aPasswordIsWipedWhateverTheBackendsDo() {
        Secret secret = new Secret(new byte[] {'x'});
        backends.password.completeExceptionally(new IllegalStateException());
        login().next(says("x"));
        CompletionStage<AuthenticationOutcome> outcome =
                exchange().context.authenticate(UserName.of("anna"), Optional.empty(), secret);
        assertInstanceOf(Unavailable.class, outcome.toCompletableFuture().join());
        assertThrows(IllegalStateException.class, secret::view);
    }

    @Test
    void aMechanismThatHangsIsUnavailableInTheEnd() {
        CompletionStage<SaslStep> step = login().next(says("x"));
        time.advance(DEADLINE.plus(MechanismLogin.OWN_TIME).minusMillis(1));
        assertFalse(step.toCompletableFuture().isDone());
        time.advance(Duration.ofMillis(1));
        assertEquals("TEST: no answer in time", reason(step(step)));
        assertEquals(1, exchange().cancelled);
    }

    @Test
    void aBundleThatLeavesEndsWhatWaitsForAClientAtOnce() {
        test.then(AGAIN);
        SaslLogin waiting = login();
        waiting.next(says("x"));
        remove(test);
        assertEquals(1, exchange().cancelled);
        assertEquals("the exchange is over", reason(step(waiting.next(says("y")))));
        assertTrue(sasl.begin(TEST, peer()).isEmpty());
    }

    @Test
    void aBundleThatLeavesFinishesItsStepsFirst() throws InterruptedException {
        CompletableFuture<SaslStep> answer = new CompletableFuture<>();
        test.then(exchange -> answer);
        CompletionStage<SaslStep> step = login().next(says("x"));
        Waiting leaving = Waiting.start(() -> sasl.unbindMechanism(test, installed.get(test)));
        answer.complete(new Finished(new Declined()));
        leaving.join();
        assertEquals(new Finished(new Declined()), step(step));
    }

    @Test
    void aBundleThatLeavesInTheMiddleOfAStepThatHangsIsAnAnswer() {
        CompletionStage<SaslStep> step = login().next(says("x"));
        remove(test);
        assertTrue(reason(step(step)).contains("taken away"));
    }

    @Test
    void anotherMechanismsLeavingIsNobodysEnd() {
        test.then(AGAIN).then(new Finished(new Declined()));
        SaslLogin login = login();
        login.next(says("x"));
        FakeMechanism other = new FakeMechanism();
        install("PLAIN", other, 0);
        remove(other);
        assertEquals(new Finished(new Declined()), step(login.next(says("y"))));
    }

    @Test
    void stoppingEndsEverything() {
        CompletionStage<SaslStep> step = login().next(says("x"));
        sasl.deactivate();
        assertTrue(reason(step(step)).contains("taken away"));
        assertInstanceOf(Finished.class, step(login().next(says("x"))));
    }

    @Test
    void anAttemptByPasswordIsKnownByNameAndPassword() {
        SaslLogin login = login();
        assertEquals(
                new LoginAttempt(TEST, Optional.empty(), OptionalLong.empty()), login.attempt());
        login.next(says("anna and her secret"));
        exchange()
                .context
                .authenticate(
                        UserName.of("anna"),
                        Optional.empty(),
                        new Secret("secret".getBytes(StandardCharsets.UTF_8)));
        assertEquals(
                new LoginAttempt(
                        TEST,
                        Optional.of(UserName.of("anna")),
                        OptionalLong.of(FingerprintLimits.of("anna", "secret"))),
                login.attempt());
    }

    @Test
    void anAttemptWithoutOneIsKnownByWhatWasSaid() {
        LoginAttempt attempt = tokens("anna", "token");
        assertEquals(Optional.of(UserName.of("anna")), attempt.name());
        assertTrue(attempt.fingerprint().isPresent());
        assertEquals(attempt, tokens("anna", "token"));
        assertNotEquals(attempt.fingerprint(), tokens("anna", "other").fingerprint());
        assertNotEquals(attempt.fingerprint(), tokens("ben", "token").fingerprint());
        assertNotEquals(attempt.fingerprint(), tokens("anna", "other", "token").fingerprint());
    }

    private LoginAttempt tokens(String name, String... said) {
        SaslLogin login = login();
        for (String response : said) {
            test.then(AGAIN);
            login.next(says(response));
        }
        exchange().context.find(UserName.of(name), Optional.empty());
        return login.attempt();
    }
}

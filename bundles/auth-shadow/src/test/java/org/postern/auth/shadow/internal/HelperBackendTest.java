package org.postern.auth.shadow.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationOutcome.Refused;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.helper.HelperBackend;
import org.postern.api.helper.HelperMethod;
import org.postern.api.helper.HelperStatus;
import org.postern.api.net.TlsLevel;
import org.postern.testkit.auth.ManualHelper;

/**
 * What shadow, pam and vhome share: helper clients that come and go, and what is said of them. Here
 * because the test kit, which has the helper, builds on the API.
 */
class HelperBackendTest {
    private final HelperBackend backend = new HelperBackend(HelperMethod.SHADOW, 20, problem -> {});
    private final ManualHelper helper = new ManualHelper(HelperMethod.SHADOW);
    private final ManualHelper next = new ManualHelper(HelperMethod.SHADOW);

    @BeforeEach
    void configure() {
        backend.configure(Map.of());
    }

    private AuthenticationAttempt begin(Mechanism mechanism) {
        return backend.authenticate(
                new AuthenticationRequest(
                        mechanism,
                        ManualHelper.NAME,
                        Optional.empty(),
                        new Secret(ManualHelper.PASSWORD.getBytes(StandardCharsets.US_ASCII)),
                        new InetSocketAddress("198.51.100.7", 40000),
                        new InetSocketAddress("192.0.2.1", 110),
                        TlsLevel.NONE,
                        Duration.ofSeconds(30)));
    }

    private CompletableFuture<AuthenticationOutcome> begin() {
        return begin(Mechanism.PASSWORD).outcome().toCompletableFuture();
    }

    private static String reason(CompletableFuture<AuthenticationOutcome> answer) {
        return assertInstanceOf(Unavailable.class, answer.getNow(new Declined())).reason();
    }

    @Test
    void aLoginUnderWayKeepsTheClientThatIsAtIt() throws Exception {
        helper.fallSilent();
        backend.bind(helper);
        CompletableFuture<AuthenticationOutcome> old = begin();
        backend.bind(next);
        CompletableFuture<Void> unbound = CompletableFuture.runAsync(() -> backend.unbind(helper));
        CompletableFuture<AuthenticationOutcome> young = begin();
        next.time().runDue();
        assertInstanceOf(Accepted.class, young.join()).mail().close();
        assertThrows(
                TimeoutException.class, () -> unbound.get(100, TimeUnit.MILLISECONDS), "waits");
        helper.attempt().accept("shadow");
        assertInstanceOf(Accepted.class, old.join()).mail().close();
        unbound.get(5, TimeUnit.SECONDS);
        assertEquals(0, helper.mailHeld());
        assertEquals(0, helper.cancelled());
    }

    @Test
    void aLoginThatAClientNeverAnswersEndsAsUnavailable() {
        helper.fallSilent();
        backend.bind(helper);
        CompletableFuture<AuthenticationOutcome> answer = begin();
        Thread.currentThread().interrupt();
        backend.unbind(helper);
        assertTrue(Thread.interrupted(), "whoever interrupted is not forgotten");
        assertEquals("the helper client has left", reason(answer));
        assertEquals(1, helper.cancelled());
        helper.attempt().accept("shadow");
        assertEquals(0, helper.mailHeld(), "an acceptance that comes too late is closed");
    }

    @Test
    void anOldClientThatLeavesLateTakesNothingWithIt() {
        backend.bind(helper);
        backend.bind(next);
        backend.unbind(helper);
        backend.unbind(helper);
        assertTrue(backend.status().usable());
        CompletableFuture<AuthenticationOutcome> answer = begin();
        next.time().runDue();
        assertInstanceOf(Accepted.class, answer.join()).mail().close();
    }

    @Test
    void withoutAClientItSaysWhatToInstall() {
        String remedy = "no helper client: install postern-helper-client";
        assertEquals(remedy, reason(begin()));
        backend.bind(helper);
        backend.unbind(helper);
        assertEquals(remedy, reason(begin()));
        assertFalse(backend.status().usable());
        assertEquals(remedy, backend.status().detail());
    }

    @Test
    void withoutAConfigurationItSaysWhatToPutRight() {
        HelperBackend broken = new HelperBackend(HelperMethod.PAM, 30, problem -> {});
        broken.bind(helper);
        broken.configure(Map.of("timeout", "0"));
        assertEquals("put org.postern.auth.pam.cfg right (see the log)", broken.status().detail());
        assertFalse(broken.status().usable());
        assertEquals(1, broken.configuration().problems().size());
    }

    @Test
    void aMethodThatIsNotAllowedIsNamed() {
        backend.bind(helper);
        helper.status(new HelperStatus(true, Set.of(HelperMethod.PAM), "answers"));
        String remedy = "helper.conf does not allow shadow: add it to `methods`";
        assertEquals(remedy, backend.status().detail());
        assertFalse(backend.status().usable());
        assertEquals(remedy, reason(begin()));

        HelperBackend vhome = new HelperBackend(HelperMethod.VHOME, 20, problem -> {});
        vhome.configure(Map.of());
        vhome.bind(helper);
        assertTrue(vhome.status().detail().contains("`vhome`"), vhome.status().detail());
    }

    @Test
    void aHelperThatCannotBeReachedSaysWhyItself() {
        backend.bind(helper);
        assertEquals(ManualHelper.DETAIL, backend.status().detail());
        assertTrue(backend.status().usable());
        helper.status(new HelperStatus(false, Set.of(), "nobody listens at the socket"));
        assertEquals("nobody listens at the socket", backend.status().detail());
        assertFalse(backend.status().usable());
        assertEquals("the helper cannot tell", reason(begin()));
    }

    @Test
    void itNeverRefuses() {
        helper.fallSilent();
        backend.bind(helper);
        CompletableFuture<AuthenticationOutcome> answer = begin();
        helper.attempt().answer(new Refused());
        assertInstanceOf(Declined.class, answer.join());
    }

    @Test
    void aClientThatBreaksIsUnavailable() {
        backend.bind(helper);
        helper.fail();
        assertEquals("the helper client failed: java.lang.IllegalStateException", reason(begin()));
        backend.unbind(helper);
    }

    @Test
    void whoCancelsIsHeard() {
        helper.fallSilent();
        backend.bind(helper);
        AuthenticationAttempt attempt = begin(Mechanism.PASSWORD);
        attempt.cancel();
        assertEquals(1, helper.cancelled());
        helper.attempt().accept("shadow");
        assertInstanceOf(Accepted.class, attempt.outcome().toCompletableFuture().join())
                .mail()
                .close();
    }
}

package org.postern.sasl.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;
import org.postern.api.net.TlsSession;
import org.postern.api.sasl.SaslPeer;
import org.postern.api.sasl.SaslStep;
import org.postern.testkit.auth.ManualTime;
import org.postern.testkit.sasl.KnownAccountContext;

class ExternalMechanismTest {
    @TempDir static Path data;

    private final ManualTime time = new ManualTime();
    private final ExternalMechanism external =
            new ExternalMechanism(MechanismFixture.settings(time, data));

    private static Optional<TlsSession> certificate(String name) {
        return Optional.of(
                new FakeTls(
                        List.of(),
                        name.isEmpty() ? Optional.empty() : Optional.of(UserName.of(name))));
    }

    @Test
    void isUsableOnlyWithACertificateThatWasVerifiedAndHasAName() {
        assertTrue(external.usable(Peers.of(TlsLevel.CLIENT_VERIFIED, certificate("anna"))));
        assertFalse(external.usable(Peers.of(TlsLevel.CLIENT_VERIFIED, certificate(""))));
        assertFalse(external.usable(Peers.of(TlsLevel.ENCRYPTED, certificate("anna"))));
        assertFalse(external.usable(Peers.of(TlsLevel.CLIENT_VERIFIED, Optional.empty())));
        assertFalse(external.usable(Peers.inClear()));
    }

    @Test
    void withoutOneNobodyIsAnybodyWhateverHeSays() {
        for (SaslPeer peer :
                List.of(
                        Peers.inClear(),
                        Peers.of(TlsLevel.CLIENT_VERIFIED, certificate("")),
                        Peers.of(TlsLevel.ENCRYPTED, certificate("anna")))) {
            KnownAccountContext context =
                    new KnownAccountContext(peer, MechanismFixture.ANNA, Set.of());
            assertNoAfterTheDelay(context, "anna");
            assertEquals(List.of(), context.authorizations(), "nobody was asked");
        }
    }

    /** A right certificate of another's opens nothing by what its client says (CVE-2019-3814). */
    @Test
    void whatAClientSaysIsNeverWhoItIs() {
        for (String name : List.of("ben", "nobody")) {
            KnownAccountContext context =
                    new KnownAccountContext(
                            Peers.of(TlsLevel.CLIENT_VERIFIED, certificate(name)),
                            MechanismFixture.ANNA,
                            Set.of());
            assertNoAfterTheDelay(context, "anna");
            assertEquals(List.of(Optional.of(UserName.of("anna"))), context.authorizations());
        }
    }

    @Test
    void aNameThatNobodyHasIsDeclinedWhenAnyFailureIs() {
        for (String name : List.of("nobody", "anna")) {
            KnownAccountContext context =
                    new KnownAccountContext(
                            Peers.of(TlsLevel.CLIENT_VERIFIED, certificate(name)),
                            MechanismFixture.ANNA,
                            Set.of());
            assertNoAfterTheDelay(context, "ben");
        }
    }

    private void assertNoAfterTheDelay(KnownAccountContext context, String says) {
        CompletableFuture<SaslStep> no =
                external.begin(context)
                        .next(Optional.of(new Secret(Clients.octets(says))))
                        .toCompletableFuture();
        time.advance(Duration.ofMillis(999));
        assertFalse(no.isDone());
        time.advance(Duration.ofMillis(1));
        assertEquals(new SaslStep.Finished(new Declined()), no.join());
        assertEquals(0, context.open());
    }
}

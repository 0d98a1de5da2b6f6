package org.postern.itests.helper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.MailAccess;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.storage.StorageException;
import org.postern.testkit.auth.AuthenticatorContract;
import org.postern.testkit.auth.AuthenticatorFixture;

/** The contract where time cannot be moved: two of its tests need other margins. */
interface RealTimeAuthenticatorContract extends AuthenticatorContract {
    /** {@code failureDelay} of the helper's. */
    Duration FAILURE_DELAY = Duration.ofMillis(200);

    @Override
    RealTimeBackend fixture() throws Exception;

    /**
     * How many milliseconds a check takes is not the same twice, so each is held against a floor.
     */
    @Override
    @Test
    default void anUnknownNameTakesAsLongAsAWrongPassword() throws Exception {
        try (RealTimeBackend backend = fixture()) {
            UserName unknown = UserName.of("unknown");
            assertTakesTheDelay(backend, backend.name(), "wrong");
            assertTakesTheDelay(backend, unknown, "wrong");
            assertTakesTheDelay(
                    backend, unknown, new String(backend.password(), StandardCharsets.US_ASCII));
            assertTakesTheDelay(backend, backend.name(), "");
            assertTakesTheDelay(backend, backend.name(), "\0");
        }
    }

    private static void assertTakesTheDelay(
            RealTimeBackend backend, UserName name, String password) {
        long begun = System.nanoTime();
        assertInstanceOf(Declined.class, ask(backend, name, password));
        long taken = System.nanoTime() - begun;
        assertTrue(taken >= FAILURE_DELAY.toNanos(), taken + " ns for " + name);
    }

    /** One is used halfway through its time, and not just before the end. */
    @Override
    @Test
    default void mailLeftUnusedExpires() throws Exception {
        try (RealTimeBackend backend = fixture()) {
            String right = new String(backend.password(), StandardCharsets.US_ASCII);
            MailAccess early =
                    assertInstanceOf(Accepted.class, ask(backend, backend.name(), right)).mail();
            MailAccess late =
                    assertInstanceOf(Accepted.class, ask(backend, backend.name(), right)).mail();
            RealTimeBackend.park(MailAccess.LIFETIME.dividedBy(2));
            early.open().close();
            RealTimeBackend.park(MailAccess.LIFETIME.dividedBy(2).plusMillis(500));
            StorageException refused = assertThrows(StorageException.class, late::open);
            assertEquals(StorageException.Kind.UNAVAILABLE, refused.kind());
            late.close();
        }
    }

    private static AuthenticationOutcome ask(
            AuthenticatorFixture backend, UserName name, String password) {
        Secret secret = new Secret(password.getBytes(StandardCharsets.US_ASCII));
        return backend.authenticator()
                .authenticate(backend.request(name, secret, DEADLINE))
                .outcome()
                .toCompletableFuture()
                .join();
    }
}

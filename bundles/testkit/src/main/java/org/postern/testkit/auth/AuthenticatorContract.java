package org.postern.testkit.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationOutcome.Refused;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.MailAccess;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.storage.StorageException;

/** The contract of {@link org.postern.api.auth.Authenticator} and of what it hands out. */
public interface AuthenticatorContract {
    /** Longer than any backend here thinks, and what its requests allow. */
    Duration DEADLINE = Duration.ofSeconds(30);

    /** A backend that works and knows one user, afresh for each test. */
    AuthenticatorFixture fixture() throws Exception;

    @Test
    default void acceptsTheRightPassword() throws Exception {
        try (AuthenticatorFixture backend = fixture()) {
            assertTrue(backend.authenticator().status().usable(), "usable");
            Accepted accepted = assertInstanceOf(Accepted.class, ask(backend));
            assertEquals(backend.account(), accepted.account());
            accepted.mail().close();
        }
    }

    @Test
    default void saysNoToWrongPasswords() throws Exception {
        try (AuthenticatorFixture backend = fixture()) {
            byte[] right = backend.password();
            assertSaysNo(backend, backend.name(), new byte[0]);
            assertSaysNo(backend, backend.name(), ascii("wrong"));
            assertSaysNo(backend, backend.name(), Arrays.copyOf(right, right.length - 1));
            assertSaysNo(backend, backend.name(), new byte[] {(byte) 0xE4, (byte) 0xFF, 0x01});
            assertSaysNo(backend, backend.name(), filled(4096, 'x'));
        }
    }

    /** C's strings end at a NUL, and a password with one behind the right one would be right. */
    @Test
    default void aNulEndsNoPassword() throws Exception {
        try (AuthenticatorFixture backend = fixture()) {
            byte[] right = backend.password();
            assertSaysNo(backend, backend.name(), new byte[1]);
            assertSaysNo(backend, backend.name(), Arrays.copyOf(right, right.length + 1));
            byte[] longer = Arrays.copyOf(right, right.length + 2);
            longer[right.length + 1] = 'x';
            assertSaysNo(backend, backend.name(), longer);
        }
    }

    @Test
    default void saysNoToNamesItDoesNotKnow() throws Exception {
        try (AuthenticatorFixture backend = fixture()) {
            List<byte[]> names = new ArrayList<>();
            for (String text :
                    List.of("nobody-of-that-name", "..", "/", "a:b", "%u", "a\nb", " ")) {
                names.add(ascii(text));
            }
            names.add(new byte[] {(byte) 0xC3, (byte) 0x28});
            names.add(filled(UserName.MAX_OCTETS, 'n'));
            names.add(filled(UserName.MAX_OCTETS, (char) 0xFF));
            byte[] known = backend.name().octets();
            names.add(Arrays.copyOfRange(known, 1, known.length));
            names.add(Arrays.copyOf(known, known.length - 1));
            for (byte[] name : names) {
                assertSaysNo(backend, UserName.of(name), backend.password());
            }
        }
    }

    @Test
    default void anUnknownNameTakesAsLongAsAWrongPassword() throws Exception {
        try (AuthenticatorFixture backend = fixture()) {
            Duration wrong = timeToSayNo(backend, backend.name(), ascii("wrong"));
            assertEquals(wrong, timeToSayNo(backend, UserName.of("unknown"), ascii("wrong")));
            assertEquals(wrong, timeToSayNo(backend, UserName.of("unknown"), backend.password()));
            assertEquals(wrong, timeToSayNo(backend, backend.name(), new byte[0]));
            assertEquals(wrong, timeToSayNo(backend, backend.name(), new byte[] {0}));
        }
    }

    @Test
    default void aCancelledAttemptStillCompletes() throws Exception {
        try (AuthenticatorFixture backend = fixture()) {
            for (byte[] password : List.of(backend.password(), ascii("wrong"))) {
                AuthenticationAttempt attempt = begin(backend, backend.name(), password);
                attempt.cancel();
                attempt.cancel();
                release(await(backend, attempt));
            }
            release(ask(backend));
        }
    }

    /** A chain whose deadline is over has answered, and who asked it has wiped the secret. */
    @Test
    default void aSecretWipedTooEarlyHurtsNothing() throws Exception {
        try (AuthenticatorFixture backend = fixture()) {
            AuthenticationRequest request =
                    backend.request(backend.name(), new Secret(backend.password()), DEADLINE);
            AuthenticationAttempt attempt = backend.authenticator().authenticate(request);
            request.secret().close();
            attempt.cancel();
            release(await(backend, attempt));
        }
    }

    @Test
    default void neitherChangesNorWipesTheSecret() throws Exception {
        try (AuthenticatorFixture backend = fixture()) {
            Secret secret = new Secret(backend.password());
            AuthenticationRequest request = backend.request(backend.name(), secret, DEADLINE);
            release(await(backend, backend.authenticator().authenticate(request)));
            assertEquals(ByteBuffer.wrap(backend.password()), secret.view());
        }
    }

    @Test
    default void answersWithinTheDeadlineAndASecond() throws Exception {
        try (AuthenticatorFixture backend = fixture()) {
            for (byte[] password : List.of(backend.password(), ascii("wrong"))) {
                AuthenticationRequest request =
                        backend.request(backend.name(), new Secret(password), Duration.ofMillis(1));
                AuthenticationAttempt attempt = backend.authenticator().authenticate(request);
                backend.pass(Duration.ofMillis(1001));
                assertTrue(attempt.outcome().toCompletableFuture().isDone(), "in time");
                release(await(backend, attempt));
            }
        }
    }

    @Test
    default void keepsManyAttemptsApart() throws Exception {
        try (AuthenticatorFixture backend = fixture()) {
            List<AuthenticationAttempt> right = new ArrayList<>();
            List<AuthenticationAttempt> wrong = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                right.add(begin(backend, backend.name(), backend.password()));
                wrong.add(begin(backend, backend.name(), ascii("wrong" + i)));
                wrong.add(begin(backend, UserName.of("unknown" + i), backend.password()));
            }
            for (AuthenticationAttempt attempt : right) {
                Accepted accepted = assertInstanceOf(Accepted.class, await(backend, attempt));
                assertEquals(backend.account(), accepted.account());
                accepted.mail().close();
            }
            for (AuthenticationAttempt attempt : wrong) {
                assertNo(await(backend, attempt));
            }
        }
    }

    @Test
    default void mailIsOpenedOnceAndStaysOpen() throws Exception {
        try (AuthenticatorFixture backend = fixture()) {
            MailAccess mail = assertInstanceOf(Accepted.class, ask(backend)).mail();
            try (var storage = mail.open()) {
                mail.close();
                assertFalse(storage.format().isEmpty());
                assertThrows(IllegalStateException.class, mail::open);
            }
            mail.close();
        }
    }

    @Test
    default void mailGivenUpCannotBeOpened() throws Exception {
        try (AuthenticatorFixture backend = fixture()) {
            MailAccess mail = assertInstanceOf(Accepted.class, ask(backend)).mail();
            mail.close();
            mail.close();
            assertUnavailable(mail);
        }
    }

    @Test
    default void mailLeftUnusedExpires() throws Exception {
        try (AuthenticatorFixture backend = fixture()) {
            MailAccess early = assertInstanceOf(Accepted.class, ask(backend)).mail();
            MailAccess late = assertInstanceOf(Accepted.class, ask(backend)).mail();
            backend.pass(MailAccess.LIFETIME.minusSeconds(1));
            early.open().close();
            backend.pass(Duration.ofSeconds(2));
            assertUnavailable(late);
            late.close();
        }
    }

    @Test
    default void saysWhyItCannotTell() throws Exception {
        try (AuthenticatorFixture backend = fixture()) {
            backend.breakDown();
            Unavailable outcome = assertInstanceOf(Unavailable.class, ask(backend));
            assertFalse(outcome.reason().isBlank(), "a reason");
            assertFalse(backend.authenticator().status().usable(), "usable");
            assertFalse(backend.authenticator().status().detail().isBlank(), "a detail");
        }
    }

    private static AuthenticationOutcome ask(AuthenticatorFixture backend) {
        return await(backend, begin(backend, backend.name(), backend.password()));
    }

    private static AuthenticationAttempt begin(
            AuthenticatorFixture backend, UserName name, byte[] password) {
        return backend.authenticator()
                .authenticate(backend.request(name, new Secret(password), DEADLINE));
    }

    /**
     * Lets time pass until there is an answer; none within the deadline and a second is a fault.
     */
    private static AuthenticationOutcome await(
            AuthenticatorFixture backend, AuthenticationAttempt attempt) {
        var outcome = attempt.outcome().toCompletableFuture();
        Duration step = Duration.ofMillis(100);
        for (Duration passed = Duration.ZERO;
                !outcome.isDone() && passed.compareTo(DEADLINE.plusSeconds(1)) <= 0;
                passed = passed.plus(step)) {
            backend.pass(step);
        }
        assertTrue(outcome.isDone(), "an answer within the deadline and a second");
        assertFalse(outcome.isCompletedExceptionally(), "completed exceptionally");
        return outcome.join();
    }

    private static Duration timeToSayNo(
            AuthenticatorFixture backend, UserName name, byte[] password) {
        AuthenticationAttempt attempt = begin(backend, name, password);
        var outcome = attempt.outcome().toCompletableFuture();
        Duration step = Duration.ofMillis(10);
        Duration passed = Duration.ZERO;
        while (!outcome.isDone() && passed.compareTo(DEADLINE) < 0) {
            backend.pass(step);
            passed = passed.plus(step);
        }
        assertNo(outcome.join());
        return passed;
    }

    private static void assertSaysNo(AuthenticatorFixture backend, UserName name, byte[] password) {
        assertNo(await(backend, begin(backend, name, password)));
    }

    private static void assertNo(AuthenticationOutcome outcome) {
        assertTrue(
                outcome instanceof Declined || outcome instanceof Refused,
                () -> "said no, and not " + outcome);
    }

    private static void assertUnavailable(MailAccess mail) {
        StorageException refused = assertThrows(StorageException.class, mail::open);
        assertEquals(StorageException.Kind.UNAVAILABLE, refused.kind());
    }

    private static void release(AuthenticationOutcome outcome) {
        if (outcome instanceof Accepted accepted) {
            accepted.mail().close();
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] filled(int length, char octet) {
        byte[] octets = new byte[length];
        Arrays.fill(octets, (byte) octet);
        return octets;
    }
}

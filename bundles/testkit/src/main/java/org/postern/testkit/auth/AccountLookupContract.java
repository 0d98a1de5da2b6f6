package org.postern.testkit.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AccountOutcome.Found;
import org.postern.api.auth.AccountOutcome.None;
import org.postern.api.auth.AccountOutcome.Unavailable;
import org.postern.api.auth.MailAccess;
import org.postern.api.auth.UserName;
import org.postern.api.storage.StorageException;

/** The contract of {@link org.postern.api.auth.AccountLookup} and of what it finds. */
public interface AccountLookupContract {
    /** What the requests allow. */
    Duration DEADLINE = Duration.ofSeconds(30);

    /** A look-up that works and knows one user, afresh for each test. */
    AccountLookupFixture fixture() throws Exception;

    @Test
    default void findsItsUser() throws Exception {
        try (AccountLookupFixture backend = fixture()) {
            Found found = assertInstanceOf(Found.class, find(backend, backend.name()));
            assertEquals(backend.account(), found.onProof().account());
            MailAccess mail = found.onProof().mail();
            mail.open().close();
            assertThrows(IllegalStateException.class, mail::open);
            mail.close();
        }
    }

    @Test
    default void findsNobodyElse() throws Exception {
        try (AccountLookupFixture backend = fixture()) {
            List<byte[]> names = new ArrayList<>();
            for (String text :
                    List.of("nobody-of-that-name", "..", "/", "a:b", "%u", "a\nb", " ", "*")) {
                names.add(text.getBytes(StandardCharsets.US_ASCII));
            }
            byte[] known = backend.name().octets();
            names.add(Arrays.copyOf(known, known.length - 1));
            names.add(Arrays.copyOfRange(known, 1, known.length));
            names.add(new byte[] {(byte) 0xC3, (byte) 0x28});
            byte[] longest = new byte[UserName.MAX_OCTETS];
            Arrays.fill(longest, (byte) 'n');
            names.add(longest);
            for (byte[] name : names) {
                assertInstanceOf(None.class, find(backend, UserName.of(name)));
            }
        }
    }

    @Test
    default void whoAsksForAnothersMailIsNobodyUnlessHeMay() throws Exception {
        try (AccountLookupFixture backend = fixture()) {
            for (String other : List.of("nobody-of-that-name", "root", "..")) {
                AccountOutcome outcome =
                        find(backend, backend.name(), Optional.of(UserName.of(other)));
                assertInstanceOf(None.class, outcome);
            }
        }
    }

    @Test
    default void mailGivenUpCannotBeOpened() throws Exception {
        try (AccountLookupFixture backend = fixture()) {
            MailAccess mail = mail(backend);
            mail.close();
            mail.close();
            assertUnavailable(mail);
        }
    }

    @Test
    default void mailLeftUnusedExpires() throws Exception {
        try (AccountLookupFixture backend = fixture()) {
            MailAccess early = mail(backend);
            MailAccess late = mail(backend);
            backend.pass(MailAccess.LIFETIME.minusSeconds(1));
            early.open().close();
            backend.pass(Duration.ofSeconds(2));
            assertUnavailable(late);
            late.close();
        }
    }

    @Test
    default void saysWhyItCannotTell() throws Exception {
        try (AccountLookupFixture backend = fixture()) {
            backend.breakDown();
            Unavailable outcome =
                    assertInstanceOf(Unavailable.class, find(backend, backend.name()));
            assertFalse(outcome.reason().isBlank(), "a reason");
        }
    }

    private static MailAccess mail(AccountLookupFixture backend) {
        return assertInstanceOf(Found.class, find(backend, backend.name())).onProof().mail();
    }

    private static AccountOutcome find(AccountLookupFixture backend, UserName name) {
        return find(backend, name, Optional.empty());
    }

    /** None within the deadline is a fault. */
    private static AccountOutcome find(
            AccountLookupFixture backend, UserName name, Optional<UserName> authorization) {
        var outcome =
                backend.lookup()
                        .find(backend.request(name, authorization, DEADLINE))
                        .toCompletableFuture();
        Duration step = Duration.ofMillis(100);
        for (Duration passed = Duration.ZERO;
                !outcome.isDone() && passed.compareTo(DEADLINE) < 0;
                passed = passed.plus(step)) {
            backend.pass(step);
        }
        assertTrue(outcome.isDone(), "an answer within the deadline");
        assertFalse(outcome.isCompletedExceptionally(), "completed exceptionally");
        return outcome.join();
    }

    private static void assertUnavailable(MailAccess mail) {
        StorageException refused = assertThrows(StorageException.class, mail::open);
        assertEquals(StorageException.Kind.UNAVAILABLE, refused.kind());
    }
}

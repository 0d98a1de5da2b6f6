package org.postern.console.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postern.api.auth.Authentication;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.MailAccess;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.Mailboxes;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;
import org.postern.api.net.TlsLevel;
import org.postern.api.storage.MailStorage;

/**
 * The unique-ids of an account's messages, in their order. There is no way to mail but a password
 * that is right (I2), for the console neither; the mailbox is opened as a session opens it, and
 * nothing in it is changed.
 */
final class AccountIds {
    // Longer than any backend's own delay.
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    // What a mailbox has is its owner's doing; this takes some 100 MB of the heap.
    private static final MailboxBounds BOUNDS = new MailboxBounds(1_000_000, Long.MAX_VALUE);

    private final Authentication authentication;
    private final Mailboxes mailboxes;
    private final InetAddress local;

    /**
     * @param local the address that clients connect to, where that says whose account it is
     */
    AccountIds(Authentication authentication, Mailboxes mailboxes, InetAddress local) {
        this.authentication = authentication;
        this.mailboxes = mailboxes;
        this.local = local;
    }

    /**
     * @throws IllegalStateException for the operator: why there are none
     */
    List<String> of(String user, String password) throws InterruptedException {
        AuthenticationOutcome outcome;
        try (Secret secret = new Secret(password.getBytes(StandardCharsets.UTF_8))) {
            outcome = ask(user, secret);
        }
        if (outcome instanceof AuthenticationOutcome.Accepted accepted) {
            try (MailAccess access = accepted.mail();
                    MailStorage storage = access.open();
                    Mailbox mailbox = finish(mailboxes.open(storage, BOUNDS))) {
                return ids(mailbox.snapshot());
            } catch (IOException | MailboxException failed) {
                throw new IllegalStateException(
                        "the mailbox cannot be opened: " + Table.plain(failed.getMessage()),
                        failed);
            }
        }
        if (outcome instanceof AuthenticationOutcome.Unavailable unavailable) {
            throw new IllegalStateException(
                    "nobody can say whether the password is right: "
                            + Table.plain(unavailable.reason()));
        }
        throw new IllegalStateException("the name or the password is wrong");
    }

    private AuthenticationOutcome ask(String user, Secret secret) throws InterruptedException {
        AuthenticationAttempt attempt =
                authentication.authenticate(
                        new AuthenticationRequest(
                                Mechanism.PASSWORD,
                                UserName.of(user),
                                Optional.empty(),
                                secret,
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                new InetSocketAddress(local, 0),
                                TlsLevel.NONE,
                                DEADLINE),
                        List.of());
        boolean answered = false;
        try {
            AuthenticationOutcome outcome =
                    attempt.outcome()
                            .toCompletableFuture()
                            .get(DEADLINE.toSeconds() + 2, TimeUnit.SECONDS);
            answered = true;
            return outcome;
        } catch (ExecutionException | TimeoutException broken) {
            return new AuthenticationOutcome.Unavailable("a backend does not answer");
        } finally {
            if (!answered) {
                attempt.cancel();
                attempt.outcome().thenAccept(AccountIds::close);
            }
        }
    }

    private static void close(AuthenticationOutcome outcome) {
        if (outcome instanceof AuthenticationOutcome.Accepted accepted) {
            accepted.mail().close();
        }
    }

    // On the console's own thread, which may wait.
    private static Mailbox finish(Operation<Mailbox> opening)
            throws MailboxException, InterruptedException {
        try (opening) {
            while (true) {
                Step<Mailbox> step = opening.advance();
                if (step instanceof Step.Done<Mailbox> done) {
                    return done.result();
                }
                if (step instanceof Step.Wait<Mailbox> wait) {
                    TimeUnit.NANOSECONDS.sleep(wait.duration().toNanos());
                }
            }
        }
    }

    private static List<String> ids(MailboxSnapshot snapshot) {
        List<String> ids = new ArrayList<>(snapshot.count());
        for (int i = 0; i < snapshot.count(); i++) {
            ids.add(snapshot.uniqueId(i).value());
        }
        return ids;
    }
}

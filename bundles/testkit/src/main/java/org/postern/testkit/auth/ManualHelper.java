package org.postern.testkit.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.postern.api.auth.Account;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.MailAccess;
import org.postern.api.auth.UserName;
import org.postern.api.helper.Helper;
import org.postern.api.helper.HelperMethod;
import org.postern.api.helper.HelperStatus;
import org.postern.api.helper.ListeningSocket;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryFiles;
import org.postern.testkit.memory.MemoryMailStorage;

/**
 * A helper with one user and without a program: says yes at once and no after a second, when a test
 * lets time pass; or nothing until it is told to.
 */
public final class ManualHelper implements Helper {
    /** Its user, and how a client may type it. */
    public static final UserName NAME = UserName.of("anna");

    /** That user's password. */
    public static final String PASSWORD = "s3cret";

    /** What its status says while it can be reached. */
    public static final String DETAIL = "answers";

    private static final Duration FAILURE_DELAY = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final HelperMethod method;
    private HelperStatus status;
    private boolean silent;
    private boolean failing;
    private Optional<AuthenticationRequest> last = Optional.empty();
    private Optional<Attempt> lastAttempt = Optional.empty();
    private String backend = "";
    private int mailHeld;
    private int cancelled;

    /**
     * @param method the one it allows
     */
    public ManualHelper(HelperMethod method) {
        this.method = method;
        status = new HelperStatus(true, Set.of(method), DETAIL);
    }

    /** Its clock and timer. */
    public ManualTime time() {
        return time;
    }

    /** From now on it is like this; what cannot be reached makes logins unavailable. */
    public void status(HelperStatus newStatus) {
        status = newStatus;
    }

    /** From now on it answers only by {@link Attempt#answer}. */
    public void fallSilent() {
        silent = true;
    }

    /** From now on it throws. */
    public void fail() {
        failing = true;
    }

    /** The last request. */
    public AuthenticationRequest request() {
        return last.orElseThrow();
    }

    /** What came of it. */
    public Attempt attempt() {
        return lastAttempt.orElseThrow();
    }

    /** Who asked last. */
    public String backend() {
        return backend;
    }

    /** How many ways to mail have been given and neither used nor closed. */
    public int mailHeld() {
        return mailHeld;
    }

    /** How many attempts have been cancelled. */
    public int cancelled() {
        return cancelled;
    }

    /** An attempt; a test may answer it. */
    public final class Attempt implements AuthenticationAttempt {
        private final CompletableFuture<AuthenticationOutcome> outcome = new CompletableFuture<>();

        /** Answers unless it has been. */
        public void answer(AuthenticationOutcome answer) {
            if (!outcome.complete(answer) && answer instanceof Accepted accepted) {
                accepted.mail().close();
            }
        }

        /** Accepts its user unless it has been answered. */
        public void accept(String asked) {
            answer(acceptance(asked));
        }

        @Override
        public CompletionStage<AuthenticationOutcome> outcome() {
            return outcome;
        }

        @Override
        public void cancel() {
            cancelled++;
            if (!silent) {
                answer(new Unavailable("cancelled"));
            }
        }
    }

    @Override
    public Attempt authenticate(
            HelperMethod asked, String newBackend, AuthenticationRequest request) {
        last = Optional.of(request);
        backend = newBackend;
        if (failing) {
            throw new IllegalStateException("planned fault");
        }
        Attempt attempt = new Attempt();
        lastAttempt = Optional.of(attempt);
        if (silent) {
            return attempt;
        }
        if (!status.reachable() || asked != method || !status.methods().contains(asked)) {
            attempt.answer(new Unavailable("the helper cannot tell"));
            return attempt;
        }
        ByteBuffer right = StandardCharsets.US_ASCII.encode(PASSWORD);
        boolean accepted = request.name().equals(NAME) && request.secret().view().equals(right);
        later(attempt, request.deadline(), new Unavailable("too late"));
        if (accepted) {
            time.execute(() -> attempt.accept(newBackend));
        } else {
            later(attempt, FAILURE_DELAY, new Declined());
        }
        return attempt;
    }

    private void later(Attempt attempt, Duration delay, AuthenticationOutcome answer) {
        var unused =
                time.schedule(() -> attempt.answer(answer), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private Accepted acceptance(String asked) {
        mailHeld++;
        return new Accepted(new Account(NAME, asked), new Mail());
    }

    private final class Mail implements MailAccess {
        private final long made = time.nanos();
        private boolean used;
        private boolean closed;

        @Override
        public MailStorage open() throws StorageException {
            if (used) {
                throw new IllegalStateException("opened before");
            }
            if (closed || time.nanos() - made > LIFETIME.toNanos()) {
                throw new StorageException(StorageException.Kind.UNAVAILABLE, "gone");
            }
            used = true;
            mailHeld--;
            return MemoryMailStorage.mbox(new MemoryFiles(new ManualClock()));
        }

        @Override
        public void close() {
            if (!used && !closed) {
                closed = true;
                mailHeld--;
            }
        }
    }

    @Override
    public HelperStatus status() {
        return status;
    }

    @Override
    public List<ListeningSocket> listeningSockets() {
        return List.of();
    }
}

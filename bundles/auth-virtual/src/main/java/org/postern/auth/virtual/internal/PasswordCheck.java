package org.postern.auth.virtual.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.postern.api.auth.Account;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.FailureDelay;
import org.postern.api.auth.MailAccess;
import org.postern.api.auth.Secret;
import org.postern.api.auth.queue.Check;
import org.postern.api.auth.queue.CheckQueue;
import org.postern.api.auth.queue.CheckResult;
import org.postern.api.auth.queue.Place;
import org.postern.api.auth.queue.Turn;

/**
 * One login being checked. Whatever the reason for a no, it has cost a hash and leaves at the same
 * time after the request: after {@code failureDelay}, or where the check itself took longer, after
 * the next multiple of it. A yes leaves at once.
 */
final class PasswordCheck implements AuthenticationAttempt {
    /** Longer than any password; what is longer costs a check as well but is never right. */
    static final int MAX_PASSWORD = 512;

    private final AuthenticationRequest request;
    private final Duration failureDelay;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoClock;
    private final long started;
    // The check's own: who asked may wipe the secret as soon as there is an answer, while a worker
    // is still at it.
    private final Secret password;
    private final CompletableFuture<AuthenticationOutcome> outcome = new CompletableFuture<>();

    PasswordCheck(
            AuthenticationRequest request,
            Duration failureDelay,
            ScheduledExecutorService timer,
            LongSupplier nanoClock) {
        this.request = request;
        this.failureDelay = failureDelay;
        this.timer = timer;
        this.nanoClock = nanoClock;
        this.started = nanoClock.getAsLong();
        this.password = request.secret().copy();
    }

    /**
     * Waits for its source's turn, then checks on a worker; no room to wait is an answer too. The
     * wait goes by sources and not by names, so it tells nothing of them.
     */
    void begin(
            CheckQueue queue,
            Executor workers,
            UsersSource source,
            BiFunction<User, User, MailAccess> mail) {
        if (request.source().isUnresolved()) {
            giveUp("the connection's address is not known");
            return;
        }
        try {
            ScheduledFuture<?> deadline =
                    timer.schedule(
                            () -> complete(new Unavailable("the password check took too long")),
                            request.deadline().toNanos(),
                            TimeUnit.NANOSECONDS);
            // The one who completes it may be that very timer.
            var unused = outcome.whenComplete((answer, failure) -> deadline.cancel(false));
        } catch (RejectedExecutionException stopping) {
            giveUp("the backend is being stopped");
            return;
        }
        Place place =
                queue.enter(
                        request.source().getAddress(),
                        new Check() {
                            @Override
                            public void begin(Turn turn) {
                                check(turn, workers, source, mail);
                            }

                            @Override
                            public void dropped(String reason) {
                                giveUp(reason);
                            }
                        });
        var unused =
                outcome.whenComplete(
                        (answer, failure) -> {
                            if (place.leave()) {
                                password.close();
                            }
                        });
    }

    /** Nothing can be checked, for this reason. */
    void giveUp(String reason) {
        // In this order: what a worker makes of a password that is being wiped is not to count.
        complete(new Unavailable(reason));
        password.close();
    }

    private void check(
            Turn turn,
            Executor workers,
            UsersSource source,
            BiFunction<User, User, MailAccess> mail) {
        try {
            workers.execute(
                    () -> {
                        CheckResult result = CheckResult.NONE;
                        try {
                            result = check(source, mail);
                        } finally {
                            turn.over(result);
                        }
                    });
        } catch (RejectedExecutionException stopping) {
            giveUp("the backend is being stopped");
            turn.over(CheckResult.NONE);
        }
    }

    // The turn is over with the hash, whoever still waits for the answer, and for how long.
    private CheckResult check(UsersSource source, BiFunction<User, User, MailAccess> mail) {
        try {
            if (outcome.isDone()) {
                return CheckResult.NONE;
            }
            source.refresh();
            Optional<Users> users = source.current();
            if (users.isEmpty()) {
                complete(new Unavailable(source.problem()));
                return CheckResult.NONE;
            }
            Optional<User> user = users.get().find(request.name());
            boolean right = user.isPresent() && isRight(user.get(), users.get().decoy());
            Optional<User> whose =
                    user.filter(who -> right)
                            .flatMap(who -> users.get().whoseMail(who, request.authorization()));
            if (whose.isPresent()) {
                accept(user.get(), whose.get(), mail);
                return CheckResult.ACCEPTED;
            }
            if (user.isEmpty()) {
                pretend(users.get().decoy());
            }
            declineInTime();
            return CheckResult.DECLINED;
        } catch (RejectedExecutionException closing) {
            complete(new Unavailable("the backend is being stopped"));
        } catch (RuntimeException | LinkageError failed) {
            // Not its message: it may quote what was typed, and this goes to the log.
            complete(new Unavailable("the password check failed: " + failed.getClass().getName()));
        } finally {
            password.close();
        }
        return CheckResult.NONE;
    }

    private boolean isRight(User user, PasswordHash decoy) {
        ByteBuffer octets = password.view();
        boolean checkable = isCheckable(octets) && !user.hash().kind().equals(PasswordHash.LOCKED);
        if (!checkable) {
            pretend(decoy);
            return false;
        }
        return user.hash().matches(octets);
    }

    private void pretend(PasswordHash decoy) {
        ByteBuffer octets = password.view();
        boolean ignored =
                decoy.matches(
                        isCheckable(octets)
                                ? octets
                                : ByteBuffer.allocateDirect(1).put(0, (byte) 'x'));
    }

    private static boolean isCheckable(ByteBuffer octets) {
        if (octets.remaining() == 0 || octets.remaining() > MAX_PASSWORD) {
            return false;
        }
        for (int i = 0; i < octets.limit(); i++) {
            if (octets.get(i) == 0) {
                return false;
            }
        }
        return true;
    }

    private void accept(User user, User whose, BiFunction<User, User, MailAccess> mail) {
        MailAccess access = mail.apply(user, whose);
        Account account = new Account(whose.name(), VirtualAuthenticator.BACKEND);
        if (!complete(new Accepted(account, access))) {
            access.close();
        }
    }

    private void declineInTime() {
        long taken = nanoClock.getAsLong() - started;
        long left = new FailureDelay(failureDelay).left(taken);
        ScheduledFuture<?> answer =
                timer.schedule(() -> complete(new Declined()), left, TimeUnit.NANOSECONDS);
        var unused = outcome.whenComplete((done, failure) -> answer.cancel(false));
    }

    private boolean complete(AuthenticationOutcome answer) {
        return outcome.complete(answer);
    }

    @Override
    public CompletionStage<AuthenticationOutcome> outcome() {
        return outcome.minimalCompletionStage();
    }

    @Override
    public void cancel() {
        complete(new Unavailable("cancelled"));
    }
}

package org.postern.auth.virtual.internal;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.postern.api.auth.Account;
import org.postern.api.auth.AccountLookup;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AccountOutcome.Found;
import org.postern.api.auth.AccountOutcome.None;
import org.postern.api.auth.AccountOutcome.Unavailable;
import org.postern.api.auth.AccountRequest;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.Authenticator;

/**
 * The users file's accounts for who is proven by something else than a password. Looking costs a
 * look at the file and no hash, so it has a thread of its own and waits for no password checks.
 */
@Component(
        property = {
            Authenticator.NAME + "=" + VirtualAuthenticator.BACKEND,
            Authenticator.MECHANISMS + "=SCRAM-SHA-256",
            Authenticator.MECHANISMS + "=SCRAM-SHA-256-PLUS",
            Authenticator.MECHANISMS + "=OAUTHBEARER",
            Authenticator.MECHANISMS + "=XOAUTH2",
            Authenticator.MECHANISMS + "=EXTERNAL"
        })
public final class VirtualLookup implements AccountLookup {
    /** Each is answered in well under a millisecond: a second's worth. */
    private static final int QUEUE = 1024;

    private final VirtualAuthenticator backend;
    private final ExecutorService worker;

    @Activate
    public VirtualLookup(@Reference VirtualAuthenticator backend) {
        this(backend, newWorker());
    }

    VirtualLookup(VirtualAuthenticator backend, ExecutorService worker) {
        this.backend = backend;
        this.worker = worker;
    }

    private static ExecutorService newWorker() {
        return new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                task -> {
                    Thread thread = new Thread(task, "postern-auth-virtual-lookup");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public CompletionStage<AccountOutcome> find(AccountRequest request) {
        CompletableFuture<AccountOutcome> outcome = new CompletableFuture<>();
        try {
            worker.execute(() -> outcome.complete(look(request)));
        } catch (RejectedExecutionException full) {
            outcome.complete(new Unavailable("too many look-ups at once"));
        }
        return outcome.minimalCompletionStage();
    }

    private AccountOutcome look(AccountRequest request) {
        try {
            Optional<UsersSource> source = backend.source();
            if (source.isEmpty() || !backend.status().usable()) {
                return new Unavailable(backend.status().detail());
            }
            source.get().refresh();
            Optional<Users> users = source.get().current();
            if (users.isEmpty()) {
                return new Unavailable(source.get().problem());
            }
            Optional<User> user = users.get().find(request.name()).filter(u -> !u.disabled());
            return user.flatMap(
                            who ->
                                    users.get()
                                            .whoseMail(who, request.authorization())
                                            .map(whose -> found(who, whose)))
                    .orElse(new None());
        } catch (RuntimeException | LinkageError failed) {
            // Not its message: it may quote what was typed, and this goes to the log.
            return new Unavailable("the look-up failed: " + failed.getClass().getName());
        }
    }

    private AccountOutcome found(User who, User whose) {
        Account account = new Account(whose.name(), VirtualAuthenticator.BACKEND);
        return new Found(who.verifier(), new Accepted(account, backend.mail(who, whose)));
    }

    @Deactivate
    void deactivate() {
        // What waits is still answered: the chain waits for it.
        worker.shutdown();
    }
}

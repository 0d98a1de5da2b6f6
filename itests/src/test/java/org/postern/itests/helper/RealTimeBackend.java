package org.postern.itests.helper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.postern.api.auth.Account;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Authenticator;
import org.postern.api.auth.AuthenticatorStatus;
import org.postern.api.auth.UserName;
import org.postern.api.helper.Helper;
import org.postern.helper.client.HelperClient;
import org.postern.testkit.auth.AuthenticatorFixture;

/** A backend that asks a helper in another process, whose time only passes by itself. */
final class RealTimeBackend implements AuthenticatorFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Authenticator backend;
    private final String name;
    private final Path directory;
    private final HelperClient client;
    private final List<CompletableFuture<AuthenticationOutcome>> underWay =
            new CopyOnWriteArrayList<>();

    /**
     * @param name the backend's; {@code postern-ct-NAME} is its user
     */
    RealTimeBackend(Authenticator backend, String name) throws Exception {
        this.backend = backend;
        this.name = name;
        // By a link that is this process' own, so that it can be taken away.
        this.directory = Files.createTempDirectory(HelperSite.work(), name);
        Path socket = directory.resolve("helper.sock");
        Files.createSymbolicLink(socket, HelperSite.socket("mbox"));
        this.client = HelperClient.open(HelperSite.posix(), socket);
        bind();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!backend.status().usable() && System.nanoTime() < end) {
            park(Duration.ofMillis(5));
        }
    }

    // As the container does it: it looks for the method by its name, and asks for no access.
    private void bind() throws ReflectiveOperationException {
        var bind = backend.getClass().getDeclaredMethod("bindHelper", Helper.class);
        bind.setAccessible(true);
        bind.invoke(backend, client);
    }

    @Override
    public Authenticator authenticator() {
        return new Authenticator() {
            @Override
            public AuthenticationAttempt authenticate(AuthenticationRequest request) {
                AuthenticationAttempt attempt = backend.authenticate(request);
                underWay.add(attempt.outcome().toCompletableFuture());
                return attempt;
            }

            @Override
            public AuthenticatorStatus status() {
                return backend.status();
            }
        };
    }

    @Override
    public UserName name() {
        return UserName.of(("postern-ct-" + name).getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public byte[] password() {
        try {
            return HelperSite.password();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Account account() {
        return new Account(name(), name);
    }

    /** Returns sooner if everything that is under way has been answered sooner. */
    @Override
    public void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        underWay.removeIf(CompletableFuture::isDone);
        if (underWay.isEmpty()) {
            park(time);
        }
        for (CompletableFuture<AuthenticationOutcome> attempt : underWay) {
            try {
                attempt.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException later) {
                return;
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Returns when all of the time has passed, whatever is under way. */
    static void park(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void breakDown() {
        try {
            Files.deleteIfExists(directory.resolve("helper.sock"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        breakDown();
        try {
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

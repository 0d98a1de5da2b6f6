package org.postern.itests.helper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.helper.Helper;
import org.postern.api.net.TlsLevel;
import org.postern.helper.client.HelperClient;
import org.postern.testkit.auth.AuthenticatorFixture;

/** A backend that asks a helper in another process, whose time only passes by itself. */
final class RealTimeBackend implements AuthenticatorFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String SYSTEM_HOST = "192.0.2.1";

    // As contracts has it.
    private static final String VIRTUAL_HOST = "192.0.2.99";

    private final Authenticator backend;
    private final String name;
    private final String host;
    private final String account;
    private final Path directory;
    private final HelperClient client;
    private final List<CompletableFuture<AuthenticationOutcome>> underWay =
            new CopyOnWriteArrayList<>();

    private RealTimeBackend(Authenticator backend, String name, String host, String account)
            throws Exception {
        this.backend = backend;
        this.name = name;
        this.host = host;
        this.account = account;
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

    /**
     * Asked about a user of the system.
     *
     * @param name the backend's; {@code postern-ct-NAME} is its user
     */
    static RealTimeBackend ofSystem(Authenticator backend, String name) throws Exception {
        return new RealTimeBackend(backend, name, SYSTEM_HOST, user(name));
    }

    /**
     * Asked about a user of a virtual host, at that host's address.
     *
     * @param name the backend's; {@code postern-ct-NAME} is its user
     */
    static RealTimeBackend ofVirtualHost(Authenticator backend, String name) throws Exception {
        return new RealTimeBackend(backend, name, VIRTUAL_HOST, user(name) + "@" + VIRTUAL_HOST);
    }

    private static String user(String name) {
        return "postern-ct-" + name;
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
        return userName(user(name));
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
        return new Account(userName(account), name);
    }

    private static UserName userName(String text) {
        return UserName.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public AuthenticationRequest request(UserName user, Secret secret, Duration deadline) {
        return new AuthenticationRequest(
                Mechanism.PASSWORD,
                user,
                Optional.empty(),
                secret,
                new InetSocketAddress("198.51.100.7", 40000),
                new InetSocketAddress(host, 110),
                TlsLevel.NONE,
                deadline);
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

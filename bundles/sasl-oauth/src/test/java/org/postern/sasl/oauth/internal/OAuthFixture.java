package org.postern.sasl.oauth.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.LiveConfiguration;
import org.postern.api.posix.Posix;

/** A token check made from a configuration, as the component does it, at a fixed time of day. */
final class OAuthFixture implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final int PATIENCE_SECONDS = 30;

    private final OAuthThreads threads = new OAuthThreads();
    private final TokenCheck check;

    OAuthFixture(Posix posix, Map<String, String> properties)
            throws GeneralSecurityException, IOException {
        List<ConfigurationProblem> problems = new ArrayList<>();
        Optional<OAuthSettings> settings = settings(posix, properties, problems);
        if (settings.isEmpty()) {
            throw new AssertionError(problems.toString());
        }
        check =
                new TokenChecks(posix, threads, InstantSource.fixed(NOW))
                        .of(settings.get())
                        .orElseThrow()
                        .check();
    }

    static Optional<OAuthSettings> settings(
            Posix posix, Map<String, String> properties, List<ConfigurationProblem> problems) {
        LiveConfiguration<OAuthSettings> live =
                new LiveConfiguration<>(
                        OAuthMechanisms.PID,
                        settings -> OAuthSettings.read(settings, posix),
                        problems::add);
        live.update(properties);
        return live.current();
    }

    static Map<String, String> with(Map<String, String> properties, String... pairs) {
        Map<String, String> all = new HashMap<>(properties);
        for (int i = 0; i < pairs.length; i += 2) {
            all.put(pairs[i], pairs[i + 1]);
        }
        return all;
    }

    static Path file(Path directory, String name, String content) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    TokenCheck check() {
        return check;
    }

    OAuthThreads threads() {
        return threads;
    }

    CompletableFuture<TokenVerdict> begin(String token) {
        return check.check(
                ByteBuffer.wrap(token.getBytes(StandardCharsets.UTF_8)),
                InetAddress.getLoopbackAddress());
    }

    TokenVerdict verdict(String token) {
        return await(begin(token));
    }

    static TokenVerdict await(CompletableFuture<TokenVerdict> verdict) {
        try {
            return verdict.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failed) {
            throw new AssertionError(failed);
        }
    }

    /** Waits until its own files have been read, or the test's time is over. */
    OAuthFixture whenUsable() throws InterruptedException {
        while (!check.usable()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return this;
    }

    @Override
    public void close() {
        check.close();
        threads.stop();
    }
}

package org.postern.sasl.oauth.internal;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.postern.api.posix.GuardedFile;
import org.postern.api.posix.GuardedFile.Openness;
import org.postern.api.posix.Posix;
import org.postern.api.posix.UnfitFileException;

/** Makes of a configuration what checks tokens. */
final class TokenChecks {
    /** Large servers' key sets with their certificates have some 30 KiB. */
    static final int MAX_KEY_SET = 256 * 1024;

    /** A changed file takes effect within this; looking costs next to nothing. */
    private static final Duration LOOK_AT_FILE = Duration.ofSeconds(2);

    private final Posix posix;
    private final OAuthThreads threads;
    private final InstantSource clock;

    TokenChecks(Posix posix, OAuthThreads threads, InstantSource clock) {
        this.posix = posix;
        this.threads = threads;
        this.clock = clock;
    }

    /** Empty if no authorization server is configured. */
    Optional<Verification> of(OAuthSettings settings) throws GeneralSecurityException, IOException {
        if (!settings.isOn()) {
            return Optional.empty();
        }
        TokenCheck check =
                settings.introspectionUrl().isPresent()
                        ? introspection(settings, settings.introspectionUrl().get())
                        : signedTokens(settings);
        return Optional.of(
                new Verification(
                        check,
                        settings.failureDelay(),
                        settings.rules().scopes(),
                        settings.openidConfiguration()));
    }

    private AuthorizationServer server(OAuthSettings settings)
            throws GeneralSecurityException, IOException {
        return new AuthorizationServer(
                settings.authorities(), settings.timeout(), threads.client(), threads.timer());
    }

    private TokenCheck introspection(OAuthSettings settings, URI url)
            throws GeneralSecurityException, IOException {
        return new Introspection(
                url,
                server(settings),
                file(
                        "the client's secret",
                        settings.clientSecretFile().orElseThrow(),
                        Openness.SECRET,
                        octets -> ClientCredentials.of(settings.clientId(), octets)),
                settings.rules(),
                new TokenQueue(settings.maxRequests(), settings.timeout(), threads.timer()),
                clock);
    }

    private TokenCheck signedTokens(OAuthSettings settings)
            throws GeneralSecurityException, IOException {
        Kept.Parser<KeySet> parser = octets -> KeySet.parse(octets, settings.algorithms());
        boolean remote = settings.jwksUrl().isPresent();
        Kept<KeySet> keys =
                remote
                        ? remote(settings, settings.jwksUrl().get(), parser)
                        : file(
                                "the key set",
                                settings.jwksFile().orElseThrow(),
                                Openness.PUBLIC,
                                parser);
        return new SignedTokens(
                keys,
                remote,
                settings.rules(),
                settings.algorithms(),
                settings.accessTokenType() == OAuthSettings.AccessTokenType.REQUIRED,
                threads.workers(),
                new TokenQueue(OAuthThreads.WORKERS, settings.timeout(), threads.timer()),
                clock);
    }

    private Kept<KeySet> remote(OAuthSettings settings, URI url, Kept.Parser<KeySet> parser)
            throws GeneralSecurityException, IOException {
        AuthorizationServer server = server(settings);
        HttpRequest request =
                HttpRequest.newBuilder(url).header("Accept", "application/json").build();
        return new Kept<>(
                "the key set",
                () -> server.send(request, MAX_KEY_SET),
                parser,
                settings.keysLeast(),
                settings.keysRefresh(),
                System::nanoTime,
                threads.timer());
    }

    private <T> Kept<T> file(String name, Path path, Openness openness, Kept.Parser<T> parser) {
        GuardedFile file = new GuardedFile(posix, path, openness, MAX_KEY_SET);
        Supplier<CompletableFuture<byte[]>> getter =
                () -> CompletableFuture.supplyAsync(() -> read(file), threads.workers());
        return new Kept<>(
                name,
                getter,
                parser,
                LOOK_AT_FILE,
                LOOK_AT_FILE,
                System::nanoTime,
                threads.timer());
    }

    private static byte[] read(GuardedFile file) {
        try {
            return file.read().octets();
        } catch (UnfitFileException unfit) {
            throw new CompletionException(
                    new ContentProblemException(file.path() + ": " + unfit.getMessage()));
        }
    }
}

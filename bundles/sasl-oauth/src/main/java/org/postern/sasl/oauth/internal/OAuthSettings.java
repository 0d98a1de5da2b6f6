package org.postern.sasl.oauth.internal;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postern.api.config.Settings;
import org.postern.api.posix.GuardedFile;
import org.postern.api.posix.GuardedFile.Openness;
import org.postern.api.posix.Posix;
import org.postern.api.posix.UnfitFileException;

/**
 * org.postern.sasl.oauth.cfg, parsed. The reasons of the defaults are in that file, where operators
 * read them; the numbers are the same, which a test checks.
 */
record OAuthSettings(
        Optional<URI> introspectionUrl,
        String clientId,
        Optional<Path> clientSecretFile,
        Optional<URI> jwksUrl,
        Optional<Path> jwksFile,
        ClaimRules rules,
        Set<SignatureAlgorithm> algorithms,
        AccessTokenType accessTokenType,
        Duration timeout,
        int maxRequests,
        Duration keysRefresh,
        Duration keysLeast,
        List<X509Certificate> authorities,
        Duration failureDelay,
        String openidConfiguration) {
    static final String NAME_CLAIM = "username";
    static final int LEEWAY_SECONDS = 30;
    static final int TIMEOUT_SECONDS = 5;
    static final int MAX_REQUESTS = 16;
    static final int KEYS_REFRESH_SECONDS = 300;
    static final int KEYS_LEAST_SECONDS = 30;
    static final int FAILURE_DELAY = 1000;

    // Together the 15 seconds that a mechanism has for one answer, beside the backends' time.
    private static final int MOST_TIMEOUT_SECONDS = 10;
    private static final int MOST_FAILURE_DELAY = 5_000;

    /** What a token must say of its type (RFC 9068 section 2.1), in its header. */
    enum AccessTokenType {
        REQUIRED,
        OPTIONAL
    }

    private static final String WANTS_URL =
            "wants an https:// URL, or http:// with a loopback address";
    private static final String WANTS_PATH = "wants the absolute path of a file";

    OAuthSettings {
        algorithms = Set.copyOf(algorithms);
        authorities = List.copyOf(authorities);
    }

    static OAuthSettings read(Settings settings, Posix posix) {
        OAuthSettings read =
                new OAuthSettings(
                        url(settings, "introspectionUrl"),
                        settings.text("clientId", ""),
                        settings.file("clientSecretFile", WANTS_PATH),
                        url(settings, "jwksUrl"),
                        settings.file("jwksFile", WANTS_PATH),
                        rules(settings),
                        algorithms(settings),
                        settings.choice("accessTokenType", AccessTokenType.REQUIRED),
                        settings.seconds(
                                "timeoutSeconds", TIMEOUT_SECONDS, 1, MOST_TIMEOUT_SECONDS),
                        settings.integer("maxRequests", MAX_REQUESTS, 1, 256),
                        settings.seconds("keysRefreshSeconds", KEYS_REFRESH_SECONDS, 5, 86_400),
                        settings.seconds("keysLeastSeconds", KEYS_LEAST_SECONDS, 1, 3_600),
                        authorities(settings, posix),
                        Duration.ofMillis(
                                settings.integer(
                                        "failureDelay", FAILURE_DELAY, 10, MOST_FAILURE_DELAY)),
                        url(settings, "openidConfiguration").map(URI::toString).orElse(""));
        read.requireWhole(settings);
        return read;
    }

    /** Whether there is an authorization server to believe. */
    boolean isOn() {
        return introspectionUrl.isPresent() || isSigned();
    }

    private boolean isSigned() {
        return jwksUrl.isPresent() || jwksFile.isPresent();
    }

    private void requireWhole(Settings settings) {
        long ways =
                Stream.of(introspectionUrl, jwksUrl, jwksFile).filter(Optional::isPresent).count();
        if (ways > 1) {
            settings.refuse(
                    introspectionUrl.isPresent() ? "introspectionUrl" : "jwksUrl",
                    "is one way of three: set one of introspectionUrl, jwksUrl and jwksFile");
        }
        if (introspectionUrl.isPresent()) {
            if (clientId.isEmpty()) {
                settings.refuse("clientId", "wants what the server is registered as there");
            }
            if (clientSecretFile.isEmpty()) {
                settings.refuse("clientSecretFile", WANTS_PATH + " with that client's secret");
            }
            if (rules.audience().isEmpty() && rules.scopes().isEmpty()) {
                settings.refuse(
                        "audience",
                        "wants who the tokens are for, here or in scopes: without, any program's"
                                + " token would open the mail");
            }
        }
        if (isSigned()) {
            if (rules.issuer().isEmpty()) {
                settings.refuse("issuer", "wants the authorization server's name, as tokens say");
            }
            if (rules.audience().isEmpty()) {
                settings.refuse(
                        "audience",
                        "wants who the tokens are for: without, any program's token would open the"
                                + " mail");
            }
        }
    }

    private static ClaimRules rules(Settings settings) {
        List<String> scopes = settings.list("scopes", List.of());
        if (!scopes.stream().allMatch(OAuthSettings::isScope)) {
            settings.refuse("scopes", "wants scopes divided by commas (RFC 6749 section 3.3)");
        }
        return new ClaimRules(
                settings.text("issuer", ""),
                settings.list("audience", List.of()),
                scopes,
                settings.text("nameClaim", NAME_CLAIM),
                settings.seconds("leewaySeconds", LEEWAY_SECONDS, 0, 300));
    }

    private static boolean isScope(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '"' && c != '\\');
    }

    private static Set<SignatureAlgorithm> algorithms(Settings settings) {
        Set<SignatureAlgorithm> wanted = EnumSet.noneOf(SignatureAlgorithm.class);
        List<String> titles = settings.list("algorithms", List.of());
        for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
            if (titles.isEmpty() || titles.contains(algorithm.title())) {
                wanted.add(algorithm);
            }
        }
        if (!titles.isEmpty() && wanted.size() != titles.size()) {
            settings.refuse("algorithms", "wants some of RS256, PS256, ES256 and EdDSA, each once");
        }
        return wanted.isEmpty() ? EnumSet.allOf(SignatureAlgorithm.class) : wanted;
    }

    private static Optional<URI> url(Settings settings, String key) {
        return settings.parsed(key, Optional.empty(), WANTS_URL, OAuthSettings::url);
    }

    private static Optional<URI> url(String text) {
        URI url = URI.create(text);
        boolean safe =
                "https".equals(url.getScheme())
                        || ("http".equals(url.getScheme()) && isLoopback(url.getHost()));
        boolean plain =
                url.getHost() != null && url.getRawUserInfo() == null && url.getFragment() == null;
        if (!safe || !plain || !isScope(text)) {
            throw new IllegalArgumentException();
        }
        return Optional.of(url);
    }

    // Addresses only: what a name leads to is not ours to know.
    private static boolean isLoopback(String host) {
        return "127.0.0.1".equals(host) || "[::1]".equals(host);
    }

    private static List<X509Certificate> authorities(Settings settings, Posix posix) {
        Optional<Path> file = settings.file("trustedAuthorities", WANTS_PATH);
        if (file.isEmpty()) {
            return List.of();
        }
        try {
            byte[] pem =
                    new GuardedFile(posix, file.get(), Openness.PUBLIC, TokenChecks.MAX_KEY_SET)
                            .read()
                            .octets();
            List<X509Certificate> found =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (found.isEmpty()) {
                throw new CertificateException("empty");
            }
            return found;
        } catch (UnfitFileException bad) {
            settings.refuse("trustedAuthorities", bad.getMessage());
        } catch (CertificateException bad) {
            settings.refuse("trustedAuthorities", "wants a file of certificates in PEM");
        }
        return List.of();
    }
}

package org.postern.sasl.oauth.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.posix.Posix;
import org.postern.posix.NativePosix;

class OAuthSettingsTest {
    private static final Map<String, String> ASKING =
            Map.of(
                    "introspectionUrl", "https://as.example/introspect",
                    "clientId", "postern",
                    "clientSecretFile", "/etc/secret",
                    "scopes", "mail");
    private static final Map<String, String> SIGNED =
            Map.of("jwksFile", "/etc/keys", "issuer", "https://as.example", "audience", "pop");

    @TempDir static Path directory;
    private static Posix posix;

    @BeforeAll
    static void open() throws Exception {
        posix = NativePosix.open(directory.resolve("native"));
    }

    private static Optional<OAuthSettings> read(Map<String, String> properties) {
        return OAuthFixture.settings(posix, properties, new ArrayList<>());
    }

    // The first problem's key.
    private static String refused(Map<String, String> properties, String... pairs) {
        List<ConfigurationProblem> problems = new ArrayList<>();
        assertEquals(
                Optional.empty(),
                OAuthFixture.settings(posix, OAuthFixture.with(properties, pairs), problems));
        ConfigurationProblem problem = problems.get(0);
        assertEquals("org.postern.sasl.oauth.cfg", problem.file());
        assertTrue(!problem.remedy().isEmpty());
        return problem.key();
    }

    @Test
    void theFilesValuesAreTheDefaults() throws Exception {
        Properties file = new Properties();
        try (Reader reader =
                Files.newBufferedReader(Path.of("..", "..", "etc", "org.postern.sasl.oauth.cfg"))) {
            file.load(reader);
        }
        Map<String, String> shipped = new HashMap<>();
        file.stringPropertyNames().forEach(key -> shipped.put(key, file.getProperty(key)));
        OAuthSettings settings = read(shipped).orElseThrow();
        assertEquals(read(Map.of()).orElseThrow(), settings);
        assertFalse(settings.isOn());
        assertEquals(EnumSet.allOf(SignatureAlgorithm.class), settings.algorithms());
        assertEquals("username", settings.rules().nameClaim());
        assertEquals(Duration.ofSeconds(30), settings.rules().leeway());
        assertEquals(Duration.ofSeconds(5), settings.timeout());
        assertEquals(16, settings.maxRequests());
        assertEquals(Duration.ofSeconds(1), settings.failureDelay());
        assertEquals(Duration.ofMinutes(5), settings.keysRefresh());
        assertEquals(Duration.ofSeconds(30), settings.keysLeast());
        assertEquals(OAuthSettings.AccessTokenType.REQUIRED, settings.accessTokenType());
        assertEquals(
                List.of(), shipped.keySet().stream().filter(key -> !isDocumented(key)).toList());
        assertEquals(OAuthMechanisms.Config.class.getDeclaredMethods().length, shipped.size());
    }

    private static boolean isDocumented(String key) {
        try {
            return OAuthMechanisms.Config.class.getDeclaredMethod(key).getName().equals(key);
        } catch (NoSuchMethodException missing) {
            return false;
        }
    }

    @Test
    void eachWayIsOnByItself() {
        assertTrue(read(ASKING).orElseThrow().isOn());
        assertTrue(read(SIGNED).orElseThrow().isOn());
        assertTrue(
                read(OAuthFixture.with(SIGNED, "jwksFile", "", "jwksUrl", "https://as.example/"))
                        .orElseThrow()
                        .isOn());
    }

    @Test
    void whatWouldLetAnybodyInIsRefused() {
        assertEquals("audience", refused(SIGNED, "audience", ""));
        assertEquals("audience", refused(SIGNED, "audience", " , "));
        assertEquals("issuer", refused(SIGNED, "issuer", ""));
        assertEquals("audience", refused(ASKING, "scopes", ""));
        assertEquals("clientId", refused(ASKING, "clientId", ""));
        assertEquals("clientSecretFile", refused(ASKING, "clientSecretFile", ""));
        assertEquals("introspectionUrl", refused(ASKING, "jwksFile", "/etc/keys"));
        assertEquals("jwksUrl", refused(SIGNED, "jwksUrl", "https://as.example/keys"));
    }

    @Test
    void onlySafeAddressesAreTaken() {
        for (String good :
                List.of(
                        "https://as.example:8443/a?b=c",
                        "http://127.0.0.1:8080/introspect",
                        "http://[::1]/introspect")) {
            assertTrue(read(OAuthFixture.with(ASKING, "introspectionUrl", good)).isPresent(), good);
        }
        for (String bad :
                List.of(
                        "http://as.example/introspect",
                        "http://localhost/introspect",
                        "http://127.0.0.1.example/introspect",
                        "http://127.0.0.2/introspect",
                        "https://user:password@as.example/",
                        "https:///introspect",
                        "https://as.example/#x",
                        "https:as.example",
                        "file:///etc/passwd",
                        "ftp://127.0.0.1/",
                        "as.example",
                        "https://as example/")) {
            assertEquals("introspectionUrl", refused(ASKING, "introspectionUrl", bad), bad);
        }
        assertEquals("jwksUrl", refused(Map.of("jwksUrl", "http://as.example/")));
        assertEquals("openidConfiguration", refused(Map.of("openidConfiguration", "x\"y")));
        assertEquals(
                "openidConfiguration", refused(Map.of("openidConfiguration", "https://a/\"x")));
    }

    @Test
    void badValuesAreNamed() {
        assertEquals("clientSecretFile", refused(ASKING, "clientSecretFile", "secret"));
        assertEquals("jwksFile", refused(SIGNED, "jwksFile", "/"));
        assertEquals("scopes", refused(ASKING, "scopes", "a\"b"));
        assertEquals("scopes", refused(ASKING, "scopes", "a b"));
        assertEquals("algorithms", refused(SIGNED, "algorithms", "HS256"));
        assertEquals("algorithms", refused(SIGNED, "algorithms", "none"));
        assertEquals("algorithms", refused(SIGNED, "algorithms", "RS256,HS256"));
        assertEquals("algorithms", refused(SIGNED, "algorithms", "RS256,RS256"));
        assertEquals("accessTokenType", refused(SIGNED, "accessTokenType", "never"));
        assertEquals("clientSecret", refused(ASKING, "clientSecret", "secret"));
    }

    @Test
    void numbersHaveBounds() {
        for (String each :
                List.of(
                        "leewaySeconds 0 300",
                        "timeoutSeconds 1 10",
                        "maxRequests 1 256",
                        "keysRefreshSeconds 5 86400",
                        "keysLeastSeconds 1 3600",
                        "failureDelay 10 5000")) {
            String[] parts = each.split(" ", 3);
            int least = Integer.parseInt(parts[1]);
            int most = Integer.parseInt(parts[2]);
            assertTrue(read(Map.of(parts[0], "" + least)).isPresent(), each);
            assertTrue(read(Map.of(parts[0], "" + most)).isPresent(), each);
            assertEquals(parts[0], refused(Map.of(parts[0], "" + (least - 1))));
            assertEquals(parts[0], refused(Map.of(parts[0], "" + (most + 1))));
            assertEquals(parts[0], refused(Map.of(parts[0], "x")));
        }
    }

    @Test
    void authoritiesThatOthersCouldNameAreRefused() throws Exception {
        assertEquals(
                "trustedAuthorities", refused(Map.of("trustedAuthorities", directory + "/none")));
        Path file = OAuthFixture.file(directory, "authorities", "no certificate");
        assertEquals("trustedAuthorities", refused(Map.of("trustedAuthorities", "" + file)));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        List<ConfigurationProblem> problems = new ArrayList<>();
        var unused =
                OAuthFixture.settings(posix, Map.of("trustedAuthorities", "" + file), problems);
        assertTrue(problems.get(0).remedy().contains("chmod 644"), problems.toString());
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertEquals("trustedAuthorities", refused(Map.of("trustedAuthorities", "" + link)));
        assertEquals("trustedAuthorities", refused(Map.of("trustedAuthorities", "" + directory)));
        assertEquals("trustedAuthorities", refused(Map.of("trustedAuthorities", "ca.pem")));
    }
}

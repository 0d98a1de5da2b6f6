package org.postern.listener.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.LiveConfiguration;

/** The keys of the file: their defaults, and what is refused with which words. */
class TlsConfigurationTest {
    private static final Path SHIPPED = Path.of("..", "..", "etc", "org.postern.tls.cfg");
    private static final Path MADE = Path.of("/data/tls/self-signed.pem");

    private static LiveConfiguration<TlsConfiguration> read(Map<String, ?> properties) {
        LiveConfiguration<TlsConfiguration> read =
                new LiveConfiguration<>(
                        "org.postern.tls",
                        settings -> TlsConfiguration.read(settings, MADE),
                        problem -> {});
        read.update(properties);
        return read;
    }

    private static TlsConfiguration good(Map<String, ?> properties) {
        LiveConfiguration<TlsConfiguration> read = read(properties);
        assertEquals(List.of(), read.problems());
        return read.current().orElseThrow();
    }

    @Test
    void defaults() {
        TlsConfiguration configuration = good(Map.of());
        assertEquals(List.of(new PairFiles("", MADE, MADE)), configuration.pairs());
        assertTrue(configuration.selfSigned());
        assertEquals("TLSv1.2", configuration.minimumVersion());
        assertEquals(Duration.ofSeconds(30), configuration.handshakeTimeout());
        assertEquals(ClientCertificates.NONE, configuration.clientCertificates());
        assertEquals(ClientNameKind.EMAIL, configuration.clientName());
        assertEquals(EngineChoice.AUTO, configuration.engine());
    }

    @Test
    void theShippedFileHasEveryKeyWithItsDefault() throws Exception {
        Properties file = new Properties();
        try (Reader reader = Files.newBufferedReader(SHIPPED)) {
            file.load(reader);
        }
        Map<String, String> shipped = new HashMap<>();
        file.stringPropertyNames().forEach(key -> shipped.put(key, file.getProperty(key)));
        assertEquals(
                Set.of(
                        "certificate",
                        "privateKey",
                        "names",
                        "minimumVersion",
                        "handshakeTimeout",
                        "clientCertificates",
                        "clientAuthorities",
                        "clientName",
                        "engine"),
                shipped.keySet());
        assertEquals(good(Map.of()), good(shipped));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "certificate|/a.pem|privateKey|both empty",
                "privateKey|/a.key|certificate|both empty",
                "certificate|a.pem|certificate|absolute path",
                "names|a..b|names|host names in ASCII",
                "names|a.example,A.EXAMPLE|names|each host name once",
                "names|a.example|certificate.a.example|wants a PEM file",
                "certificate.a.example|/a.pem|certificate.a.example|not a key of this file",
                "minimumVersion|TLSv1.1|minimumVersion|older ones are broken",
                "minimumVersion|1.2|minimumVersion|TLSv1.2 or TLSv1.3",
                "handshakeTimeout|0|handshakeTimeout|from 1 to 300",
                "handshakeTimeout|301|handshakeTimeout|from 1 to 300",
                "clientCertificates|yes|clientCertificates|none, wanted, required",
                "clientCertificates|wanted|clientAuthorities|who may vouch",
                "clientName|cn|clientName|commonName, dns, email",
                "engine|openssl|engine|auto, jdk, boringssl",
                "ciphers|ALL|ciphers|not a key of this file"
            })
    void whatIsRefused(String key, String value, String named, String remedy) {
        List<ConfigurationProblem> problems = read(Map.of(key, value)).problems();
        assertTrue(
                problems.stream()
                        .anyMatch(
                                problem ->
                                        problem.key().equals(named)
                                                && problem.remedy().contains(remedy)),
                problems.toString());
    }

    @Test
    void namesAreBounded() {
        Map<String, String> properties = new HashMap<>();
        List<String> names =
                IntStream.rangeClosed(0, TlsConfiguration.MAX_NAMES)
                        .mapToObj(number -> "h" + number + ".example.org")
                        .toList();
        for (String name : names) {
            properties.put("certificate." + name, "/pair.pem");
            properties.put("privateKey." + name, "/pair.pem");
        }
        properties.put("names", names.stream().skip(1).collect(Collectors.joining(",")));
        properties.remove("certificate.h0.example.org");
        properties.remove("privateKey.h0.example.org");
        assertEquals(1 + TlsConfiguration.MAX_NAMES, good(properties).pairs().size());
        properties.put("names", String.join(",", names));
        assertTrue(
                read(properties).problems().stream()
                        .anyMatch(problem -> problem.remedy().contains("at most 100")));
    }
}

package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Reader;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.LiveConfiguration;

/** The keys of a listener's file: their defaults, and what is refused with which words. */
final class ListenerConfigurationTest {
    private static final Path SHIPPED = Path.of("..", "..", "etc", "org.postern.listener~pop3.cfg");

    private static LiveConfiguration<ListenerConfiguration> read(Map<String, ?> properties) {
        LiveConfiguration<ListenerConfiguration> read =
                new LiveConfiguration<>(
                        "org.postern.listener~pop3", ListenerConfiguration::read, problem -> {});
        read.update(properties);
        return read;
    }

    private static ListenerConfiguration good(Map<String, ?> properties) {
        LiveConfiguration<ListenerConfiguration> read = read(properties);
        assertEquals(List.of(), read.problems());
        return read.current().orElseThrow();
    }

    @Test
    void defaults() {
        ListenerConfiguration configuration = good(Map.of());
        assertEquals("pop3", configuration.protocol());
        assertEquals("127.0.0.1", configuration.address());
        assertTrue(configuration.socketAddress().getAddress().isLoopbackAddress());
        assertEquals(1110, configuration.socketAddress().getPort());
        assertEquals(TlsMode.NONE, configuration.tls());
        assertEquals(PlaintextLogin.LOOPBACK, configuration.plaintextLogin());
        assertEquals(List.of(), configuration.mechanisms());
        assertEquals(List.of(), configuration.backends());
        assertEquals(Duration.ofMinutes(10), configuration.idleTimeout());
        assertFalse(configuration.viaHelper());
        assertEquals(StartupMode.ENFORCE, configuration.startupCheck());
    }

    @Test
    void mechanismsKeepTheirOrderAndNeedNotBeInstalled() {
        List<String> mechanisms =
                good(Map.of("mechanisms", "SCRAM-SHA-256, X-OURS,PLAIN"))
                        .settings("test")
                        .mechanisms();
        assertEquals(List.of("SCRAM-SHA-256", "X-OURS", "PLAIN"), mechanisms);
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
                        "protocol",
                        "address",
                        "port",
                        "tls",
                        "plaintextLogin",
                        "mechanisms",
                        "backends",
                        "proxyProtocol",
                        "viaHelper",
                        "startupCheck",
                        "idleTimeout"),
                shipped.keySet());
        assertEquals(good(Map.of()), good(shipped));
    }

    @Test
    void everyKeyIsRead() {
        ListenerConfiguration configuration =
                good(
                        Map.of(
                                "protocol", "imap",
                                "address", "::1",
                                "port", "0",
                                "plaintextLogin", "never",
                                "backends", "virtual, pam",
                                "idleTimeout", "10"));
        assertEquals("imap", configuration.protocol());
        assertEquals("::1", configuration.address());
        assertTrue(configuration.socketAddress().getAddress().isLoopbackAddress());
        assertEquals(0, configuration.socketAddress().getPort());
        assertEquals(PlaintextLogin.NEVER, configuration.plaintextLogin());
        assertEquals(List.of("virtual", "pam"), configuration.settings("x").backends());
        assertEquals(Duration.ofSeconds(10), configuration.settings("x").idleTimeout());
    }

    @Test
    void theKeysOfTheHelperAndOfTheCheck() {
        ListenerConfiguration configuration =
                good(Map.of("port", "110", "viaHelper", "true", "startupCheck", "warn"));
        assertTrue(configuration.viaHelper());
        assertEquals(StartupMode.WARN, configuration.startupCheck());
        assertTrue(
                read(Map.of("port", "0", "viaHelper", "true"))
                        .problems()
                        .get(0)
                        .toString()
                        .contains("helper.conf"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "0.0.0.0", "::"})
    void allAddresses(String all) {
        ListenerConfiguration configuration = good(Map.of("address", all));
        assertTrue(configuration.socketAddress().getAddress().isAnyLocalAddress());
        assertEquals(all, configuration.address());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "protocol|po p3|protocol",
                "address|localhost|no host name",
                "address|127.1|IP address",
                "address|fe80::1%lo|IP address",
                "address|[::1]|IP address",
                "port|65536|65535",
                "port|-1|0",
                "port|http|number",
                "tls|on|wants one of none, starttls, implicit",
                "plaintextLogin|yes|never, loopback, always",
                "mechanisms|plain|names of SASL mechanisms",
                "mechanisms|PLAIN,PLAIN|names of SASL mechanisms",
                "backends|vir tual|names",
                "proxyProtocol|proxy.example|without names",
                "proxyProtocol|10.0.0.1/8|behind the prefix",
                "viaHelper|yes|true or false",
                "startupCheck|off|enforce, warn",
                "idleTimeout|9|10",
                "idleTimeout|86401|86400",
                "tsl|none|not a key",
            })
    void refusedWithARemedy(String key, String value, String remedy) {
        LiveConfiguration<ListenerConfiguration> read = read(Map.of(key, value));
        assertTrue(read.current().isEmpty());
        assertEquals(1, read.problems().size());
        ConfigurationProblem problem = read.problems().get(0);
        assertEquals("org.postern.listener~pop3.cfg", problem.file());
        assertEquals(key, problem.key());
        assertEquals(value, problem.value());
        assertTrue(problem.remedy().contains(remedy), problem.remedy());
    }

    @Test
    void passwordsInClear() {
        assertFalse(PlaintextLogin.NEVER.permits(true));
        assertTrue(PlaintextLogin.LOOPBACK.permits(true));
        assertFalse(PlaintextLogin.LOOPBACK.permits(false));
        assertTrue(PlaintextLogin.ALWAYS.permits(false));
    }

    @Test
    void theNetworksOfProxies() throws Exception {
        ListenerConfiguration configuration =
                good(Map.of("proxyProtocol", "192.0.2.7, 2001:db8:1::/64"));
        assertTrue(configuration.isProxy(InetAddress.getByName("192.0.2.7")));
        assertFalse(configuration.isProxy(InetAddress.getByName("192.0.2.8")));
        assertTrue(configuration.isProxy(InetAddress.getByName("2001:db8:1::9")));
        assertFalse(good(Map.of()).isProxy(InetAddress.getLoopbackAddress()));
    }
}

package org.postern.pop3.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.LiveConfiguration;
import org.postern.api.mailbox.MessageEncoder;

class Pop3SettingsTest {
    private static final Pop3Settings DEFAULTS =
            new Pop3Settings(true, Duration.ofSeconds(60), MessageEncoder.KEEP_NUL);

    private final List<ConfigurationProblem> problems = new ArrayList<>();
    private final LiveConfiguration<Pop3Settings> configuration =
            new LiveConfiguration<>(Pop3Settings.PID, Pop3Settings::parse, problems::add);

    private Pop3Settings parse(Map<String, ?> properties) {
        assertTrue(configuration.update(properties), problems::toString);
        return configuration.current().orElseThrow();
    }

    @Test
    void hasDefaults() {
        assertEquals(DEFAULTS, parse(Map.of()));
    }

    @Test
    void takesEveryKey() {
        assertEquals(
                new Pop3Settings(false, Duration.ofSeconds(90), 255),
                parse(Map.of("last", "false", "loginTimeout", "90", "nulSubstitute", "255")));
        assertEquals(1, parse(Map.of("nulSubstitute", "1")).nulSubstitute());
    }

    @ParameterizedTest
    @CsvSource({
        "last, yes",
        "loginTimeout, 0",
        "loginTimeout, 3601",
        "loginTimeout, a minute",
        "nulSubstitute, 0",
        "nulSubstitute, 256",
        "nulSubstitute, -1",
        "nulSubstitute, 10",
        "nulSubstitute, 13",
        "nulSubstitute, 46",
        "nulSubstitute, none",
        "greeting, hello"
    })
    void refusesWhatItCannotMean(String key, String value) {
        assertFalse(configuration.update(Map.of(key, value)));
        assertEquals(1, problems.size());
        assertEquals(key, problems.get(0).key());
        assertEquals(value, problems.get(0).value());
    }

    @Test
    void shippedFileHasEveryKeyWithItsDefault() throws Exception {
        Properties file = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("../../etc/org.postern.pop3.cfg"))) {
            file.load(reader);
        }
        Map<String, String> properties = new HashMap<>();
        file.forEach((key, value) -> properties.put((String) key, (String) value));
        assertEquals(Set.of("last", "loginTimeout", "nulSubstitute"), properties.keySet());
        assertEquals(DEFAULTS, parse(properties));
    }
}

package org.postern.api.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveConfigurationTest {
    private enum Colour {
        RED,
        GREEN
    }

    private record Parsed(int size, Duration time, boolean on, Colour colour, List<String> names) {}

    private final List<ConfigurationProblem> reported = new ArrayList<>();
    private final LiveConfiguration<Parsed> configuration =
            new LiveConfiguration<>("org.example", LiveConfigurationTest::parse, reported::add);

    private static Parsed parse(Settings settings) {
        return new Parsed(
                settings.integer("size", 5, 1, 10),
                settings.seconds("time", 60, 0, 600),
                settings.flag("on", true),
                settings.choice("colour", Colour.RED),
                settings.list("names", List.of("a")));
    }

    @Test
    void takesDefaultsForAbsentAndEmptyValues() {
        assertTrue(configuration.update(Map.of("size", " ", "service.pid", "org.example")));
        assertEquals(
                Optional.of(new Parsed(5, Duration.ofSeconds(60), true, Colour.RED, List.of("a"))),
                configuration.current());
    }

    @Test
    void readsValuesOfAnyType() {
        Map<String, Object> properties =
                Map.of("size", 10, "time", "0", "on", false, "colour", "green", "names", " x, ,y ");
        assertTrue(configuration.update(properties));
        assertEquals(
                Optional.of(new Parsed(10, Duration.ZERO, false, Colour.GREEN, List.of("x", "y"))),
                configuration.current());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "size=0", "size=11", "size=x", "size=1.0", "size=99999999999", "time=-1",
                "time=601", "on=yes", "on=TRUE", "colour=blue", "colour=RED", "siez=5"
            })
    void refusesBadValuesAndKeepsTheLastGoodOnes(String pair) {
        assertTrue(configuration.update(Map.of("size", "7")));
        Optional<Parsed> good = configuration.current();
        int equals = pair.indexOf('=');
        String key = pair.substring(0, equals);
        String value = pair.substring(equals + 1);
        assertFalse(
                configuration.update(
                        Map.of(
                                key,
                                value,
                                "felix.fileinstall.filename",
                                "file:/a/etc/org.example~x.cfg")));
        assertEquals(good, configuration.current());
        assertEquals(1, reported.size());
        ConfigurationProblem problem = reported.get(0);
        assertEquals("org.example~x.cfg", problem.file());
        assertEquals(key, problem.key());
        assertEquals(value, problem.value());
        assertEquals(reported, configuration.problems());
        assertTrue(configuration.update(Map.of()));
        assertEquals(List.of(), configuration.problems());
    }

    @Test
    void isEmptyWhileNothingGoodWasSeen() {
        assertFalse(configuration.update(Map.of("size", "0")));
        assertEquals(Optional.empty(), configuration.current());
    }

    @Test
    void findsAllProblemsAtOnce() {
        configuration.update(Map.of("size", "0", "on", "maybe", "extra", "1\nforged line"));
        assertEquals(3, reported.size());
        assertFalse(reported.toString().contains("\n"));
    }
}

package org.postern.limits.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.LiveConfiguration;

final class PenaltySettingsTest {
    private static List<String> refused(Map<String, ?> properties) {
        LiveConfiguration<LimitsSettings> configuration =
                new LiveConfiguration<>("org.postern.limits", LimitsSettings::read, problem -> {});
        configuration.update(properties);
        return configuration.problems().stream().map(ConfigurationProblem::key).toList();
    }

    private static PenaltySettings defaults() {
        LiveConfiguration<LimitsSettings> configuration =
                new LiveConfiguration<>("org.postern.limits", LimitsSettings::read, problem -> {});
        configuration.update(Map.of());
        return configuration.current().orElseThrow().penalties();
    }

    @Test
    void everyNumberHasItsBounds() {
        String[][] bounds = {
            {"sourcePrefix4", "7", "8", "32", "33"},
            {"sourcePrefix6", "15", "16", "64", "65"},
            {"penaltyBase", "-1", "0", "10000", "10001"},
            {"penaltyFactor", "1.09", "1.1", "10", "10.01"},
            {"penaltyCeiling", "0", "1", "30", "31"},
            {"penaltyHalfLife", "0", "1", "86400", "86401"},
            {"maxSessionsPenalised", "0", "1", "100000", "100001"},
            {"maxOctetsInFlight", "1048575", "1048576", "9223372036854775807", "x"},
            {"maxLogLines", "0", "1", "1000000", "1000001"},
        };
        for (String[] bound : bounds) {
            assertEquals(List.of(bound[0]), refused(Map.of(bound[0], bound[1])), bound[1]);
            assertEquals(List.of(), refused(Map.of(bound[0], bound[2])), bound[2]);
            assertEquals(List.of(), refused(Map.of(bound[0], bound[3])), bound[3]);
            assertEquals(List.of(bound[0]), refused(Map.of(bound[0], bound[4])), bound[4]);
        }
    }

    @Test
    void aFactorIsADecimalNumber() {
        for (String bad : new String[] {"NaN", "1e1", "0x2", "2f", "1,5", ".", "1.2.3", "-2"}) {
            assertEquals(List.of("penaltyFactor"), refused(Map.of("penaltyFactor", bad)), bad);
        }
    }

    @Test
    void theBaseIsBelowTheCeiling() {
        assertEquals(
                List.of("penaltyBase"),
                refused(Map.of("penaltyBase", "1001", "penaltyCeiling", "1")));
        assertEquals(List.of(), refused(Map.of("penaltyBase", "1000", "penaltyCeiling", "1")));
    }

    @Test
    void theDefaultsAreWhatTheFileSays() {
        PenaltySettings defaults = defaults();
        assertEquals(Duration.ofMillis(100), defaults.penalty(1));
        assertEquals(Duration.ofMillis(50), defaults.penalty(0.5));
        assertEquals(Duration.ZERO, defaults.penalty(0));
        assertTrue(defaults.penalty(13).toMillis() < 1_000);
        assertTrue(defaults.penalty(14).toMillis() > 1_000);
        assertTrue(defaults.penalty(26).toMillis() < 10_000);
        assertEquals(Duration.ofSeconds(10), defaults.penalty(27));
        assertFalse(defaults.guesses(13));
        assertTrue(defaults.guesses(14));
        assertFalse(defaults.isOver(26));
        assertTrue(defaults.isOver(27));
        assertTrue(defaults.mostOfOneName() > 19 && defaults.mostOfOneName() < 20);
    }

    @Test
    void noWeightMakesMoreThanTheCeiling() {
        for (double weight : new double[] {1e3, 1e6, 1e300, Double.MAX_VALUE}) {
            assertEquals(Duration.ofSeconds(10), defaults().penalty(weight));
        }
    }
}

package org.postern.api.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SettingsTest {
    private static final String REMEDY = "wants the absolute path of a file";

    private static Settings settings(String value) {
        return Settings.of("org.postern.example", Map.of("key", value));
    }

    @Test
    void aFileIsAnAbsolutePathWithAName() {
        Settings settings = settings(" /etc/./postern/../key.pem ");
        assertEquals(Optional.of(Path.of("/etc/key.pem")), settings.file("key", REMEDY));
        assertEquals(0, settings.problems().size());
    }

    @Test
    void noValueIsNoFile() {
        Settings settings = settings("");
        assertEquals(Optional.empty(), settings.file("key", REMEDY));
        assertEquals(0, settings.problems().size());
    }

    @Test
    void noValueIsAProblemWhereAFileIsRequired() {
        Settings without = settings("");
        assertEquals(Path.of(""), without.requiredFile("key", REMEDY));
        assertEquals(1, without.problems().size());
        Settings with = settings("/etc/key.pem");
        assertEquals(Path.of("/etc/key.pem"), with.requiredFile("key", REMEDY));
        assertEquals(0, with.problems().size());
        Settings unfit = settings("key.pem");
        assertEquals(Path.of(""), unfit.requiredFile("key", REMEDY));
        assertEquals(1, unfit.problems().size());
    }

    @Test
    void whatIsNoFileIsAProblem() {
        for (String value : new String[] {"key.pem", "etc/key.pem", "/", "/..", "/etc/\0key"}) {
            Settings settings = settings(value);
            assertEquals(Optional.empty(), settings.file("key", REMEDY), value);
            assertEquals(1, settings.problems().size(), value);
            assertEquals(REMEDY, settings.problems().get(0).remedy());
        }
    }

    @Test
    void aNumberIsWithinItsBoundsAndInAsciiDigits() {
        for (String value : new String[] {"-3", "0", "007", "40"}) {
            Settings settings = settings(value);
            assertEquals(Long.parseLong(value), settings.number("key", 9, -3, 40), value);
            assertEquals(0, settings.problems().size(), value);
        }
        for (String value :
                new String[] {
                    "-4", "41", "+5", "\u0665", "5 0", "0x5", "5.0", "-", "99999999999999999999"
                }) {
            Settings settings = settings(value);
            assertEquals(9, settings.number("key", 9, -3, 40), value);
            assertEquals("wants a whole number from -3 to 40", settings.problems().get(0).remedy());
        }
    }

    @Test
    void secondsAreANumber() {
        assertEquals(Duration.ofSeconds(12), settings("12").seconds("key", 9, 1, 60));
        assertEquals(Duration.ofSeconds(9), settings("+12").seconds("key", 9, 1, 60));
        assertEquals(Duration.ofSeconds(9), settings("").seconds("key", 9, 1, 60));
    }
}

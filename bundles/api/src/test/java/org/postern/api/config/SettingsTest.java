package org.postern.api.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
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
}

package org.postern.sasl.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.auth.ManualTime;

class SaslSettingsTest {
    @TempDir Path data;

    private final ManualTime time = new ManualTime();

    private SaslSettings settings(Map<String, Object> properties) {
        return new SaslSettings(
                RealPosix.INSTANCE, new SecureRandom(), time, time::nanos, properties);
    }

    private SaslSettings settings() {
        return settings(Map.of("saltKey", key().toString()));
    }

    private Path key() {
        return data.resolve("scram.key");
    }

    private static boolean usable(SaslSettings settings) {
        return new ScramMechanism(settings).usable(Peers.inClear());
    }

    @Test
    void theKeyIsMadeOnceAndForItsOwnerAlone() throws IOException {
        assertTrue(usable(settings()));
        byte[] made = Files.readAllBytes(key());
        assertEquals(SaltKeyFile.LENGTH, made.length);
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key())));
        assertTrue(usable(settings()));
        assertArrayEquals(made, Files.readAllBytes(key()));
        try (var files = Files.list(data)) {
            assertEquals(List.of(key()), files.toList(), "nothing else is left");
        }
    }

    @Test
    void withoutAGoodKeyScramIsNotUsable() throws IOException {
        settings();
        Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString("rw-r-----"));
        assertFalse(usable(settings()), "others can read it");
        Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString("rw-------"));
        assertTrue(usable(settings()));
        Files.write(key(), new byte[SaltKeyFile.LENGTH - 1]);
        assertFalse(usable(settings()), "too short");
        Files.write(key(), new byte[SaltKeyFile.LENGTH + 1]);
        assertFalse(usable(settings()), "too long");
        Files.delete(key());
        Files.createSymbolicLink(key(), Path.of("/dev/zero"));
        assertFalse(usable(settings()), "a link");
        assertFalse(usable(settings(Map.of("saltKey", "/nowhere/at/all"))));
        assertFalse(usable(settings(Map.of())), "nothing configured");
    }

    @Test
    void badValuesAreRefusedAndTheLastGoodOnesStay() {
        SaslSettings settings = settings();
        for (Map<String, Object> bad :
                List.<Map<String, Object>>of(
                        Map.of("saltKey", "relative"),
                        Map.of("saltKey", key().toString(), "failureDelay", "9"),
                        Map.of("saltKey", key().toString(), "failureDelay", "10001"),
                        Map.of("saltKey", key().toString(), "scramIterations", "4095"),
                        Map.of("saltKey", key().toString(), "scramIterations", "600001"),
                        Map.of("saltKey", key().toString(), "unknown", "1"))) {
            settings.modified(bad);
            assertEquals(1, settings.problems().size(), bad.toString());
            assertEquals(SaslSettings.DEFAULT_ITERATIONS, settings.scram().iterations());
            assertTrue(usable(settings));
        }
        settings.modified(
                Map.of(
                        "saltKey",
                        key().toString(),
                        "scramIterations",
                        "600000",
                        "failureDelay",
                        "10000"));
        assertEquals(List.of(), settings.problems());
        assertEquals(600_000, settings.scram().iterations());
    }
}

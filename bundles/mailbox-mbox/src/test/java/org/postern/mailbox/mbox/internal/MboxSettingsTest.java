package org.postern.mailbox.mbox.internal;

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
import org.junit.jupiter.api.Test;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.LiveConfiguration;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.LockKind;

class MboxSettingsTest {
    private static final MboxSettings DEFAULTS =
            new MboxSettings(
                    UniqueIds.Rule.AUTO,
                    MboxSettings.Durability.POWER,
                    Set.of(LockKind.FCNTL, LockKind.FLOCK),
                    Duration.ofSeconds(10),
                    MboxSettings.INDEX_MEMORY,
                    0);

    private final LiveConfiguration<MboxSettings> configuration =
            new LiveConfiguration<>(MboxFormat.PID, MboxSettings::parse, problem -> {});

    private MboxSettings accepted(String key, String value) {
        assertTrue(configuration.update(Map.of(key, value)), () -> "" + configuration.problems());
        return configuration.current().orElseThrow();
    }

    private String refused(String key, String value) {
        assertEquals(false, configuration.update(Map.of(key, value)), value);
        List<ConfigurationProblem> problems = configuration.problems();
        assertEquals(1, problems.size());
        assertEquals(key, problems.get(0).key());
        return problems.get(0).remedy();
    }

    @Test
    void defaults() {
        assertTrue(configuration.update(Map.of()));
        assertEquals(DEFAULTS, configuration.current().orElseThrow());
    }

    @Test
    void operatorsFileHasEveryKeyWithItsDefault() throws Exception {
        Properties file = new Properties();
        Path path = Path.of("..", "..", "etc", MboxFormat.PID + ".cfg");
        try (Reader reader = Files.newBufferedReader(path)) {
            file.load(reader);
        }
        assertEquals(
                Set.of(
                        "uniqueIds",
                        "durability",
                        "locks",
                        "lockTimeout",
                        "indexMemory",
                        "indexDisk"),
                file.stringPropertyNames());
        Map<String, String> values = new HashMap<>();
        file.stringPropertyNames().forEach(key -> values.put(key, file.getProperty(key)));
        assertTrue(configuration.update(values));
        assertEquals(DEFAULTS, configuration.current().orElseThrow());
    }

    @Test
    void indexMemory() {
        assertEquals(0, accepted("indexMemory", "0").indexMemory());
        assertEquals(Long.MAX_VALUE, accepted("indexMemory", "" + Long.MAX_VALUE).indexMemory());
        refused("indexMemory", "-1");
        refused("indexMemory", "24m");
        assertEquals(1, accepted("indexDisk", "1").indexDisk());
        refused("indexDisk", "-1");
    }

    @Test
    void uniqueIds() {
        assertEquals(UniqueIds.Rule.AUTO, accepted("uniqueIds", "auto").uniqueIds());
        assertEquals(UniqueIds.Rule.POPA3D, accepted("uniqueIds", "popa3d").uniqueIds());
        assertEquals(UniqueIds.Rule.POSTERN, accepted("uniqueIds", "postern").uniqueIds());
        assertEquals(UniqueIds.Rule.DOVECOT, accepted("uniqueIds", "dovecot").uniqueIds());
        for (String other : List.of("courier", "qmail", "Auto", "x")) {
            assertTrue(
                    refused("uniqueIds", other).contains("auto, postern, popa3d, dovecot"), other);
        }
    }

    @Test
    void durability() {
        assertEquals(
                MboxSettings.Durability.PROCESS, accepted("durability", "process").durability());
        assertEquals(MboxSettings.Durability.POWER, accepted("durability", "power").durability());
        refused("durability", "none");
    }

    @Test
    void locks() {
        assertEquals(Set.of(LockKind.FCNTL), accepted("locks", "fcntl").locks());
        assertEquals(Set.of(LockKind.FLOCK), accepted("locks", "flock").locks());
        assertEquals(DEFAULTS.locks(), accepted("locks", "flock, fcntl").locks());
        for (String bad :
                List.of("none", "FCNTL", "dotlock", "fcntl,dotlock", ",", "fcntl flock")) {
            assertTrue(refused("locks", bad).contains("fcntl"), bad);
        }
    }

    @Test
    void lockTimeout() {
        assertEquals(Duration.ZERO, accepted("lockTimeout", "0").lockTimeout());
        assertEquals(Duration.ofMinutes(5), accepted("lockTimeout", "300").lockTimeout());
        for (String bad : List.of("-1", "301", "x", "1.5", "10s")) {
            refused("lockTimeout", bad);
        }
    }

    @Test
    void unknownKeyIsRefused() {
        refused("dotlock", "true");
    }

    @Test
    void withoutAGoodConfigurationNoMailboxIsOpened() throws Exception {
        try (MemoryMbox mbox = new MemoryMbox("locks", "none")) {
            mbox.put("From a\nx\n");
            MailboxException closed = mbox.failsToOpen();
            assertEquals(MailboxException.Kind.UNAVAILABLE, closed.kind());
            assertEquals(1, mbox.format().problems().size());
            assertEquals(0, mbox.storage().faults().calls().size());
            mbox.format().modified(Map.of("locks", "fcntl"));
            assertEquals(1, mbox.open().snapshot().count());
            assertEquals(List.of(), mbox.format().problems());
            mbox.format().modified(Map.of("locks", "nonsense"));
            assertEquals(1, mbox.open().snapshot().count(), "the last good one stays in force");
            assertEquals("org.postern.mailbox.mbox", mbox.format().pid());
        }
    }
}

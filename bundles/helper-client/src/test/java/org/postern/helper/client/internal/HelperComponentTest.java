package org.postern.helper.client.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.helper.HelperException;
import org.postern.api.posix.Posix;
import org.postern.posix.NativePosix;

final class HelperComponentTest {
    @TempDir Path temporary;
    private SocketHelper helper;

    @BeforeEach
    void start() throws Exception {
        Posix posix = NativePosix.open(Path.of("target", "posix"));
        helper = SocketHelper.start(posix, posix.privileges().effectiveUser());
    }

    @AfterEach
    void stop() {
        helper.close();
    }

    private HelperComponent component(String socket) {
        return new HelperComponent(helper, Map.of("socket", socket));
    }

    @Test
    void theFileSaysTheDefault() throws Exception {
        Path file = Path.of("..", "..", "etc", HelperComponent.PID + ".cfg");
        List<String> keys =
                Files.readAllLines(file).stream()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .toList();
        assertEquals(
                List.of(
                        "socket = " + HelperSettings.SOCKET,
                        "checks = " + HelperSettings.CHECKS,
                        "checksWaiting = " + HelperSettings.CHECKS_WAITING),
                keys);
    }

    @Test
    void badPathsAreRefusedAndNothingIsAsked() {
        for (String bad : List.of("helper.sock", "/" + "x".repeat(107))) {
            HelperComponent component = component(bad);
            ConfigurationProblem problem = component.problems().get(0);
            assertEquals("socket", problem.key());
            assertFalse(component.status().reachable());
            assertTrue(component.status().detail().contains("org.postern.helper.cfg"));
            assertThrows(HelperException.class, component::listeningSockets);
        }
        assertEquals(1, new HelperComponent(helper, Map.of("sockte", "/x")).problems().size());
    }

    @Test
    void numbersAreTakenWithinTheirBounds() {
        for (String[] bad :
                new String[][] {
                    {"checks", "0"},
                    {"checks", "20001"},
                    {"checksWaiting", "1"},
                    {"checksWaiting", "100001"}
                }) {
            HelperComponent component = new HelperComponent(helper, Map.of(bad[0], bad[1]));
            assertEquals(bad[0], component.problems().get(0).key());
        }
        for (String[] good :
                new String[][] {
                    {"checks", "1"},
                    {"checks", "20000"},
                    {"checksWaiting", "2"},
                    {"checksWaiting", "100000"}
                }) {
            HelperComponent component = new HelperComponent(helper, Map.of(good[0], good[1]));
            assertEquals(List.of(), component.problems());
        }
    }

    @Test
    void aChangeTakesEffectAndABadOneDoesNot() throws Exception {
        Path socket = temporary.resolve("socket");
        try (FakeHelper fake = FakeHelper.answering(socket, c -> c.send("login-declined"))) {
            HelperComponent component = component(temporary.resolve("missing").toString());
            Waiting.until(() -> component.status().detail().contains("no socket"), "found missing");
            component.modified(Map.of("socket", socket.toString()));
            Waiting.until(() -> component.status().reachable(), "found " + fake);
            component.modified(Map.of("socket", "relative"));
            assertEquals(1, component.problems().size());
            assertTrue(component.status().reachable(), "the last good one stays");
            component.deactivate();
        }
    }
}

package org.postern.console.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.api.limits.LimitsInspection;
import org.postern.api.limits.LimitsReport;

final class LimitCommandsTest {
    private static final LimitsReport REPORT =
            new LimitsReport(
                    List.of(
                            new LimitsReport.Figure("sessions", "3", "2000"),
                            new LimitsReport.Figure("penaltyBase", "100", "")),
                    List.of(new LimitsReport.Penalised("198.51.100.7", 27.25, 10_000, "refused")));

    private final FakeConsole console = new FakeConsole();

    private final LimitsInspection inspection =
            new LimitsInspection() {
                @Override
                public LimitsReport report() {
                    return REPORT;
                }

                @Override
                public boolean forgive(InetAddress source) {
                    return source.getHostAddress().equals("198.51.100.7");
                }
            };

    private void list(boolean noFormat) {
        LimitList command = new LimitList();
        command.console = console.session();
        command.context = console.context();
        command.noFormat = noFormat;
        command.execute();
    }

    private void forgive(String address) {
        LimitForgive command = new LimitForgive();
        command.console = console.session();
        command.context = console.context();
        command.address = address;
        command.execute();
    }

    @Test
    void listsFiguresThenSources() {
        console.with(LimitsInspection.class, inspection);
        list(true);
        assertEquals(
                List.of(
                        "sessions\t3\t2000",
                        "penaltyBase\t100\t",
                        "198.51.100.7\t27.3\t10000\trefused"),
                console.lines());
    }

    @Test
    void peopleSeeTables() {
        console.with(LimitsInspection.class, inspection);
        list(false);
        assertEquals(4 + 1 + 3, console.lines().size(), console::printed);
    }

    @Test
    void withoutAPolicyItSaysSo() {
        IllegalStateException missing = assertThrows(IllegalStateException.class, () -> list(true));
        assertTrue(missing.getMessage().contains("org.postern.limits"), missing.getMessage());
    }

    @Test
    void forgivesAnAddress() {
        console.with(LimitsInspection.class, inspection);
        forgive("198.51.100.7");
        assertEquals(List.of("198.51.100.7 forgiven"), console.lines());
        assertRefused("198.51.100.8", "nothing is held against 198.51.100.8");
    }

    @Test
    void takesNoNamesAndNoNetworks() {
        console.with(LimitsInspection.class, inspection);
        for (String bad :
                List.of("localhost", "198.51.100.0/24", "", "1", "198.51.100.7\u001b[m")) {
            assertRefused(bad, " is no address");
        }
    }

    private void assertRefused(String address, String why) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> forgive(address));
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
        assertTrue(refused.getMessage().chars().noneMatch(Character::isISOControl));
    }
}

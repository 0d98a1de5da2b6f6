package org.postern.console.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.ConfigurationStatus;
import org.postern.api.net.Network;
import org.postern.api.protocol.ListenerReport;
import org.postern.api.protocol.MailListener;

final class ListenerListTest {
    private static final String PROBLEM =
            "org.postern.limits.cfg: maxSessions = \"many\": wants a whole number";

    private final FakeConsole console =
            new FakeConsole()
                    .with(
                            MailListener.class,
                            report("six", "::1", ListenerReport.State.OPEN, 3, ""))
                    .with(
                            MailListener.class,
                            report(
                                    "main",
                                    "0.0.0.0",
                                    ListenerReport.State.REFUSED,
                                    0,
                                    "port 110 is in use\nby somebody"))
                    .withVanished(MailListener.class);

    @Test
    void scriptsReadEightFields() {
        run(true);
        assertEquals(
                List.of(
                        "main\tpop3\t0.0.0.0:110\tnone\trefused\t0\tport 110 is in use?by somebody\t192.0.2.0/24,2001:db8:0:0:0:0:0:0/32",
                        "six\tpop3\t[::1]:110\tnone\topen\t3\t\t192.0.2.0/24,2001:db8:0:0:0:0:0:0/32"),
                console.lines());
    }

    @Test
    void peopleSeeATableAndWhatWasRefused() {
        console.with(ConfigurationStatus.class, status("org.postern.auth"))
                .with(
                        ConfigurationStatus.class,
                        status(
                                "org.postern.limits",
                                new ConfigurationProblem(
                                        "org.postern.limits.cfg",
                                        "maxSessions",
                                        "many",
                                        "wants a whole number")));
        run(false);
        List<String> lines = console.lines();
        assertEquals(7, lines.size(), () -> console.printed());
        assertTrue(lines.get(2).startsWith("main"), lines.get(2));
        assertEquals(List.of("", "Refused, and not in force:", PROBLEM), lines.subList(4, 7));
    }

    @Test
    void problemsAreLinesWithoutATab() {
        console.with(
                ConfigurationStatus.class,
                status(
                        "org.postern.limits",
                        new ConfigurationProblem(
                                "org.postern.limits.cfg",
                                "maxSessions",
                                "many",
                                "wants a whole number")));
        run(true);
        assertEquals(
                List.of(PROBLEM),
                console.lines().stream().filter(line -> line.indexOf('\t') < 0).toList());
    }

    @Test
    void saysThatThereAreNone() {
        FakeConsole empty = new FakeConsole();
        ListenerList command = new ListenerList();
        command.console = empty.session();
        command.context = empty.context();
        command.execute();
        assertEquals("No listeners.", empty.lines().get(2));
    }

    private void run(boolean noFormat) {
        ListenerList command = new ListenerList();
        command.console = console.session();
        command.context = console.context();
        command.noFormat = noFormat;
        command.execute();
    }

    private static MailListener report(
            String name, String address, ListenerReport.State state, int sessions, String detail) {
        return () ->
                new ListenerReport(
                        name,
                        "pop3",
                        address,
                        110,
                        "none",
                        state,
                        sessions,
                        List.of(Network.parse("192.0.2.0/24"), Network.parse("2001:db8::/32")),
                        detail);
    }

    private static ConfigurationStatus status(String pid, ConfigurationProblem... problems) {
        return new ConfigurationStatus() {
            @Override
            public String pid() {
                return pid;
            }

            @Override
            public List<ConfigurationProblem> problems() {
                return List.of(problems);
            }
        };
    }
}

package org.postern.console.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.postern.api.session.Sessions;

final class SessionListTest {
    private final FakeConsole console = new FakeConsole().with(Sessions.class, new FakeSessions());

    @Test
    void peopleSeeATable() {
        run(command -> {});
        List<String> lines = console.lines();
        assertEquals(5, lines.size(), () -> console.printed());
        assertTrue(lines.get(0).startsWith("Id  "), lines.get(0));
        assertTrue(lines.get(2).contains("198.51.100.7:40000"), lines.get(2));
        assertTrue(lines.get(3).contains("[2001:db8:0:0:0:0:0:1]:40000"), lines.get(3));
    }

    @Test
    void scriptsReadEightFields() {
        run(command -> command.noFormat = true);
        List<String[]> rows = rows();
        assertEquals(3, rows.size());
        rows.forEach(row -> assertEquals(8, row.length));
        assertEquals(
                "aaaaaaaaaaaa pop3 main anna 198.51.100.7:40000 encrypted",
                String.join(" ", List.of(rows.get(0)).subList(0, 6)));
        assertEquals("-", rows.get(1)[3]);
        assertEquals("none", rows.get(1)[5]);
        assertTrue(rows.get(0)[6].endsWith("Z") && rows.get(0)[6].length() == 20, rows.get(0)[6]);
        long seconds = Long.parseLong(rows.get(0)[7]);
        assertTrue(seconds >= 600 && seconds < 700, () -> seconds + " seconds");
    }

    @Test
    void aNameWithControlCharactersIsEscaped() {
        run(command -> command.noFormat = true);
        assertEquals("e\\x1b[2J\\x09ve", rows().get(2)[3]);
    }

    @Test
    void filtersByUser() {
        assertEquals(List.of(FakeSessions.ANNA), ids(command -> command.user = "anna"));
    }

    @Test
    void filtersByNobody() {
        assertEquals(List.of(FakeSessions.SILENT), ids(command -> command.user = "-"));
    }

    @Test
    void filtersBySource() {
        assertEquals(
                List.of(FakeSessions.ANNA, FakeSessions.ODD),
                ids(command -> command.source = "198.51.100.7"));
    }

    @Test
    void filtersByAnyFormOfAnIpv6Source() {
        assertEquals(
                List.of(FakeSessions.SILENT), ids(command -> command.source = "2001:DB8:0::1"));
    }

    @Test
    void filtersByBoth() {
        assertEquals(
                List.of(FakeSessions.ODD),
                ids(
                        command -> {
                            command.source = "198.51.100.7";
                            command.user = "e\\x1b[2J\\x09ve";
                        }));
    }

    @Test
    void aSourceThatIsNoAddressIsRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> run(command -> command.source = "a:b:c"));
        assertEquals("", console.printed());
    }

    @Test
    void saysWhichBundleIsMissing() {
        SessionList command = new SessionList();
        FakeConsole empty = new FakeConsole().withVanished(Sessions.class);
        command.console = empty.session();
        command.context = empty.context();
        IllegalStateException missing = assertThrows(IllegalStateException.class, command::execute);
        assertEquals("the bundle org.postern.access is not started", missing.getMessage());
    }

    private List<String> ids(Consumer<SessionList> options) {
        run(options.andThen(command -> command.noFormat = true));
        return rows().stream().map(row -> row[0]).toList();
    }

    private List<String[]> rows() {
        return console.lines().stream().map(line -> line.split("\t", -1)).toList();
    }

    private void run(Consumer<SessionList> options) {
        SessionList command = new SessionList();
        command.console = console.session();
        command.context = console.context();
        options.accept(command);
        command.execute();
    }
}

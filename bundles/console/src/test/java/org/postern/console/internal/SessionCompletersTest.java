package org.postern.console.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.console.Completer;
import org.junit.jupiter.api.Test;
import org.postern.api.session.Sessions;

final class SessionCompletersTest {
    private final FakeConsole console = new FakeConsole().with(Sessions.class, new FakeSessions());

    @Test
    void completeTheIdsOfLiveSessions() {
        SessionIdCompleter ids = new SessionIdCompleter();
        ids.context = console.context();
        assertEquals(
                List.of(FakeSessions.ANNA, FakeSessions.SILENT, FakeSessions.ODD),
                complete(ids, ""));
        assertEquals(List.of(FakeSessions.SILENT), complete(ids, "bb"));
        assertEquals(List.of(), complete(ids, "d"));
    }

    @Test
    void completeUsersAndSourcesOnce() {
        SessionUserCompleter users = new SessionUserCompleter();
        users.context = console.context();
        assertEquals(List.of("-", "anna", "e\\x1b[2J\\x09ve"), complete(users, ""));
        SessionSourceCompleter sources = new SessionSourceCompleter();
        sources.context = console.context();
        assertEquals(List.of("198.51.100.7", "2001:db8:0:0:0:0:0:1"), complete(sources, ""));
    }

    @Test
    void completeNothingWithoutSessions() {
        SessionIdCompleter ids = new SessionIdCompleter();
        ids.context = new FakeConsole().context();
        assertEquals(List.of(), complete(ids, ""));
    }

    private List<String> complete(Completer completer, String word) {
        List<String> candidates = new ArrayList<>();
        completer.complete(console.session(), FakeConsole.line(word), candidates);
        console.printed();
        return candidates.stream().map(String::trim).toList();
    }
}

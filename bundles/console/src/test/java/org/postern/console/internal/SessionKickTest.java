package org.postern.console.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.api.session.SessionInfo;
import org.postern.api.session.Sessions;

final class SessionKickTest {
    private final FakeSessions sessions = new FakeSessions();
    private final FakeConsole console = new FakeConsole().with(Sessions.class, sessions);

    @Test
    void endsTheSessionsNamed() {
        kick(FakeSessions.ODD, FakeSessions.ANNA, FakeSessions.ODD);
        assertEquals(List.of("cccccccccccc ended", "aaaaaaaaaaaa ended"), console.lines());
        assertEquals(List.of(FakeSessions.SILENT), live());
    }

    @Test
    void endsTheOthersWhereOneIsNotThere() {
        IllegalArgumentException missing =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> kick("dddddddddddd", FakeSessions.ANNA, "no\u001bid"));
        assertEquals("no session dddddddddddd, no?id", missing.getMessage());
        assertEquals(List.of("aaaaaaaaaaaa ended"), console.lines());
        assertEquals(List.of(FakeSessions.SILENT, FakeSessions.ODD), live());
    }

    private List<String> live() {
        return sessions.live().stream().map(SessionInfo::id).map(Object::toString).toList();
    }

    private void kick(String... ids) {
        SessionKick command = new SessionKick();
        command.console = console.session();
        command.context = console.context();
        command.ids = List.of(ids);
        command.execute();
    }
}

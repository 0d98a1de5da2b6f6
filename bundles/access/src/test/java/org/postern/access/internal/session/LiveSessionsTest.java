package org.postern.access.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.access.internal.Services;
import org.postern.access.internal.Waiting;
import org.postern.api.auth.Account;
import org.postern.api.auth.UserName;
import org.postern.api.session.Session;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionEvent;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;
import org.postern.api.session.SessionListener;
import org.postern.testkit.auth.ManualTime;

class LiveSessionsTest {
    private static final InetSocketAddress SOURCE = new InetSocketAddress("198.51.100.7", 40000);
    private static final InetSocketAddress LOCAL = new InetSocketAddress("192.0.2.1", 110);
    private static final Account ANNA = new Account(UserName.of("anna"), "virtual");

    private final ManualTime time = new ManualTime();
    private final LiveSessions sessions = new LiveSessions(42, () -> Instant.EPOCH, time::nanos);
    private final List<SessionEvent> events = new ArrayList<>();
    private final List<SessionEnd> kicks = new ArrayList<>();

    LiveSessionsTest() {
        listen(events::add, 1);
    }

    private void listen(SessionListener listener, long id) {
        sessions.bindListener(listener, Services.properties(id, 0));
    }

    private Session begin() {
        return sessions.begin("pop3", "main", SOURCE, LOCAL, kicks::add);
    }

    @Test
    void aSessionIsToldFromConnectedToClosedWithItsTotals() {
        Session session = begin();
        session.loginFailed(Optional.of(UserName.of("typo")), "declined");
        session.loggedIn(ANNA);
        session.mailboxOpened(5, 5000);
        session.messageSent(100, true);
        session.messageSent(20, false);
        session.expunged(2, 300, 3, 4700);
        time.advance(Duration.ofSeconds(7));
        session.closed(SessionEnd.QUIT, "");
        SessionInfo info = session.info();
        assertEquals(ANNA, info.account().orElseThrow());
        assertEquals(
                List.of(
                        "Connected",
                        "LoginFailed",
                        "LoggedIn",
                        "MailboxOpened",
                        "MessageSent",
                        "MessageSent",
                        "Expunged",
                        "Closed"),
                events.stream().map(event -> event.getClass().getSimpleName()).toList());
        SessionEvent.Closed closed = assertInstanceOf(SessionEvent.Closed.class, events.get(7));
        assertEquals(info, closed.session());
        assertEquals(
                new SessionEvent.SessionTotals(1, 2, 3, 120, Duration.ofSeconds(7)),
                closed.totals());
    }

    @Test
    void afterClosedCallsDoNothing() {
        Session session = begin();
        session.closed(SessionEnd.IDLE, "first");
        int told = events.size();
        session.closed(SessionEnd.QUIT, "second");
        session.loginFailed(Optional.of(UserName.of("x")), "");
        session.loggedIn(ANNA);
        session.mailboxOpened(1, 1);
        session.messageSent(1, true);
        session.expunged(1, 1, 1, 1);
        assertEquals(told, events.size());
        assertTrue(session.info().account().isEmpty());
    }

    @Test
    void liveSessionsAreListedOldestFirst() {
        Session first = begin();
        Session second = begin();
        Session third = begin();
        second.closed(SessionEnd.QUIT, "");
        third.loggedIn(ANNA);
        assertEquals(List.of(first.info(), third.info()), sessions.live());
    }

    @Test
    void aKickReachesItsSessionAlone() {
        Session session = begin();
        assertTrue(sessions.kick(session.info().id()));
        assertEquals(List.of(SessionEnd.KICKED), kicks);
        session.closed(SessionEnd.KICKED, "");
        assertFalse(sessions.kick(session.info().id()));
        assertFalse(sessions.kick(new SessionId("000000000000")));
    }

    @Test
    void refusedConnectionsAreEventsWithoutASession() {
        sessions.refused("main", SOURCE, "per source limit reached");
        assertEquals(
                List.of(new SessionEvent.Refused("main", SOURCE, "per source limit reached")),
                events);
        assertEquals(List.of(), sessions.live());
    }

    @Test
    void aListenerThatThrowsKeepsNothingFromTheOthers() {
        listen(
                event -> {
                    throw new IllegalStateException();
                },
                2);
        listen(
                event -> {
                    throw new NoClassDefFoundError();
                },
                3);
        List<SessionEvent> last = new ArrayList<>();
        listen(last::add, 4);
        begin();
        assertEquals(1, events.size());
        assertEquals(1, last.size());
    }

    @Test
    void aLeavingListenerIsToldNothingMoreAndFinishesFirst() throws InterruptedException {
        List<SessionEvent> heard = new ArrayList<>();
        List<Waiting> leaving = new ArrayList<>();
        SessionListener listener =
                new SessionListener() {
                    @Override
                    public void handle(SessionEvent event) {
                        heard.add(event);
                        if (leaving.isEmpty()) {
                            leaving.add(
                                    Waiting.start(
                                            () ->
                                                    sessions.unbindListener(
                                                            this, Services.properties(9, 0))));
                        }
                    }
                };
        listen(listener, 9);
        begin();
        leaving.get(0).join();
        begin();
        assertEquals(1, heard.size());
    }

    @Test
    void idsAreOfTheirFormAndNoneComesTwice() {
        for (long start : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            SessionIds ids = new SessionIds(start);
            Set<SessionId> seen = new HashSet<>();
            for (int i = 0; i < 20_000; i++) {
                assertTrue(seen.add(ids.next()));
            }
        }
    }

    /** The walk comes back to where it began only after all ids: its step is coprime to 36. */
    @Test
    void idsWalkThroughEveryResidue() {
        SessionIds ids = new SessionIds(0);
        Set<Character> lastDigits = new HashSet<>();
        for (int i = 0; i < 36; i++) {
            lastDigits.add(ids.next().value().charAt(11));
        }
        assertEquals(36, lastDigits.size());
    }
}

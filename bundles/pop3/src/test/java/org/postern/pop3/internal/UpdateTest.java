package org.postern.pop3.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.pop3.internal.Language.ENGLISH;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionEvent;
import org.postern.pop3.internal.FakeMailboxes.Call;
import org.postern.testkit.protocol.ManualConnection;

class UpdateTest {
    private static final String BYE = Reply.GOODBYE.in(ENGLISH) + "\r\n";
    private static final String MARKED = Reply.MARKED.in(ENGLISH) + "\r\n";

    private final Pop3World world = new Pop3World().login();
    private final ManualConnection connection = world.connection;

    private void assertEnded(SessionEnd end) {
        assertEquals(Optional.of(end), connection.ended());
        world.finish();
        assertEquals(0, world.held());
        assertEquals(0, connection.timers());
    }

    private List<SessionEvent.Expunged> events() {
        return connection.record().events(SessionEvent.Expunged.class);
    }

    @Test
    void withoutMarksNothingIsExpunged() {
        assertEquals(
                MARKED + Reply.OK.in(ENGLISH) + "\r\n" + BYE, world.say("DELE 1", "RSET", "QUIT"));
        assertEquals(List.of(Call.OPEN, Call.ACKNOWLEDGE), world.mailboxes.calls);
        assertEquals(List.of(), events());
        assertEnded(SessionEnd.QUIT);
    }

    @Test
    void removesAndThenAcknowledges() {
        assertEquals(MARKED + MARKED + BYE, world.say("DELE 1", "DELE 5", "QUIT"));
        assertEquals(List.of(Call.OPEN, Call.EXPUNGE, Call.ACKNOWLEDGE), world.mailboxes.calls);
        assertEquals(4, world.mailboxes.messages().size());
        SessionEvent.Expunged event = events().get(0);
        assertEquals(2, event.deleted());
        assertEquals(199 + 70179, event.deletedOctets());
        assertEquals(4, event.left());
        assertEquals(773, event.leftOctets());
        assertEnded(SessionEnd.QUIT);
    }

    @Test
    void saysGoodbyeOnlyWhenItIsDone() {
        Duration moment = Duration.ofSeconds(1);
        world.mailboxes.waits(Call.EXPUNGE, moment).waits(Call.ACKNOWLEDGE, moment);
        assertEquals(MARKED, world.say("DELE 1", "QUIT", "NOOP"));
        connection.elapse(Duration.ofMillis(1999));
        assertEquals("", connection.takeOutput());
        connection.elapse(Duration.ofMillis(1));
        assertEquals(BYE, connection.takeOutput());
        assertEnded(SessionEnd.QUIT);
    }

    /** RFC 1939, section 6, and RFC 3206: whatever it is that fails, it may work later. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CHANGED")
    void failuresAreTold(MailboxException.Kind kind) {
        world.mailboxes.fails(Call.EXPUNGE, kind);
        String answer = world.say("DELE 1", "QUIT");
        assertEquals(MARKED + Reply.NOT_REMOVED.in(ENGLISH) + "\r\n", answer);
        assertTrue(answer.startsWith(MARKED + "-ERR [SYS/TEMP] "), answer);
        assertEquals(6, world.mailboxes.messages().size());
        assertFalse(world.mailboxes.calls.contains(Call.ACKNOWLEDGE));
        assertEnded(SessionEnd.MAILBOX_FAILED);
    }

    @Test
    void foreignChangesAreNotAnswered() {
        world.mailboxes.fails(Call.EXPUNGE, MailboxException.Kind.CHANGED);
        assertEquals(MARKED, world.say("DELE 1", "QUIT"));
        assertEnded(SessionEnd.MAILBOX_CHANGED);
    }

    @Test
    void mailThatStaysNewIsNoFailure() {
        world.mailboxes.fails(Call.ACKNOWLEDGE, MailboxException.Kind.UNAVAILABLE);
        assertEquals(MARKED + BYE, world.say("DELE 1", "QUIT"));
        assertEquals(1, events().size());
        assertEnded(SessionEnd.QUIT);
    }

    @Test
    void connectionsThatAreLostUpdateNothing() {
        for (SessionEnd end : SessionEnd.values()) {
            Pop3World other = new Pop3World().login();
            other.say("DELE 1");
            other.connection.receive("QUIT").settle();
            other.connection.end(end).settle();
            other.finish();
            assertEquals(6, other.mailboxes.messages().size());
            assertEquals(List.of(Call.OPEN), other.mailboxes.calls);
            assertEquals(0, other.held());
        }
    }

    @Test
    void updatesThatHaveBegunAreFinishedWithoutTheirClient() {
        Duration moment = Duration.ofSeconds(1);
        world.mailboxes.waits(Call.EXPUNGE, moment).waits(Call.EXPUNGE, moment);
        world.say("DELE 1", "QUIT");
        connection.elapse(moment);
        connection.end(SessionEnd.DISCONNECTED).settle();
        assertEquals(6, world.mailboxes.messages().size());
        assertEquals(1, world.afterEnd.size());
        world.finish();
        assertEquals(5, world.mailboxes.messages().size());
        assertEnded(SessionEnd.DISCONNECTED);
    }

    @Test
    void updatesOnAWorkerAreFinishedWithoutTheirClient() {
        connection.receive("DELE 1\r\nQUIT\r\n");
        connection.step();
        connection.end(SessionEnd.DISCONNECTED).settle();
        assertEquals(5, world.mailboxes.messages().size());
        assertEnded(SessionEnd.DISCONNECTED);
    }

    @Test
    void quitWaitsForAWorker() {
        connection.workersFull(true);
        assertEquals(MARKED, world.say("DELE 1", "QUIT"));
        connection.elapse(Duration.ofSeconds(3));
        assertEquals("", connection.takeOutput());
        connection.workersFull(false).elapse(Duration.ofSeconds(1));
        assertEquals(BYE, connection.takeOutput());
        assertEnded(SessionEnd.QUIT);
    }

    @Test
    void whatIsOpenIsClosedWhereNoWorkerTakesIt() {
        connection.workersFull(true).end(SessionEnd.DISCONNECTED).settle();
        assertEnded(SessionEnd.DISCONNECTED);
    }

    @Test
    void faultsInAnUpdateEndTheSession() {
        world.mailboxes.breaks(Call.EXPUNGE);
        assertEquals(MARKED, world.say("DELE 1", "QUIT"));
        assertTrue(connection.detail().orElseThrow().contains("IllegalStateException"));
        assertEnded(SessionEnd.FAILED);
    }
}

package org.postern.pop3.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.pop3.internal.Language.ENGLISH;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.Errno;
import org.postern.api.posix.PosixException;
import org.postern.api.session.SessionEnd;
import org.postern.pop3.internal.FakeMailboxes.Call;
import org.postern.testkit.protocol.ManualConnection;

/** Clients that send commands ahead, on mailboxes whose messages are files of their own. */
class OpenedAheadTest {
    private static final int MESSAGES = 40;
    private static final int MOST_OPEN = 2 * Mailbox.MOST_AHEAD;

    private final Pop3World world = apart(MESSAGES).login();
    private final FakeMailboxes mailboxes = world.mailboxes;
    private final ManualConnection connection = world.connection;

    private static Pop3World apart(int messages) {
        List<byte[]> octets = new ArrayList<>();
        for (int number = 1; number <= messages; number++) {
            octets.add(message(number).getBytes(ISO_8859_1));
        }
        Pop3World made = new Pop3World(octets);
        made.mailboxes.apart = true;
        made.mailboxes.cached = Long.MAX_VALUE;
        return made;
    }

    private static String message(int number) {
        return "Subject: " + number + "\n\n.\n";
    }

    private static String sent(int number) {
        String text = message(number).replace("\n.", "\n..").replace("\n", "\r\n");
        return "+OK " + (text.length() - 1) + " octets\r\n" + text + ".\r\n";
    }

    private static String sent(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(OpenedAheadTest::sent)
                .collect(Collectors.joining());
    }

    private static String retr(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(number -> "RETR " + number + "\r\n")
                .collect(Collectors.joining());
    }

    private String say(String lines) {
        connection.receive(lines).settle();
        return connection.takeOutput();
    }

    private static List<Integer> indexes(int from, int to) {
        return IntStream.rangeClosed(from - 1, to - 1).boxed().toList();
    }

    private void assertNothingOpen() {
        assertEquals(OpenedAhead.SESSIONS, world.aheadPlaces.availablePermits());
        assertEquals(0, mailboxes.aheadOpen);
        assertTrue(mailboxes.mostAheadOpen <= MOST_OPEN, () -> "" + mailboxes.mostAheadOpen);
    }

    private void assertReleased() {
        world.finish();
        assertEquals(0, world.held());
        assertEquals(0, connection.buffersHeld());
        assertEquals(0, connection.timers());
        assertNothingOpen();
    }

    private void elapse() {
        connection.elapse(OpenedAhead.KEPT.multipliedBy(2));
    }

    private void leave() {
        connection.end(SessionEnd.DISCONNECTED).settle();
        assertReleased();
    }

    @Test
    void whoAsksForOneAtATimeHasNothingOpenedAhead() {
        for (int number = 1; number <= 5; number++) {
            assertEquals(sent(number), say(retr(number, number)));
        }
        assertEquals(List.of(), mailboxes.ahead);
        leave();
    }

    @Test
    void whatIsAskedForAheadIsOpenedInBatches() {
        assertEquals(sent(1, 32), say(retr(1, 32)));
        assertEquals(
                List.of(indexes(1, 8), indexes(9, 16), indexes(17, 24), indexes(25, 32)),
                mailboxes.ahead.subList(0, 4));
        assertEquals(0, mailboxes.calls.stream().filter(call -> call == Call.READ).count());
        assertEquals(0, mailboxes.calls.stream().filter(call -> call == Call.CHECK).count());
        assertEquals("+OK 32\r\n", say("LAST\r\n"));
        leave();
    }

    @Test
    void theNextAreOpenedWhileTheseAreSent() {
        connection.receive(retr(1, 16));
        while (mailboxes.ahead.size() < 2) {
            assertTrue(connection.step());
        }
        assertEquals(List.of(indexes(1, 8), indexes(9, 16)), mailboxes.ahead);
        assertEquals(sent(1, 8), connection.takeOutput(), "before the worker is back");
        assertEquals(sent(9, 16), connection.settle().takeOutput());
        leave();
    }

    @Test
    void whoGoesOnInOrderIsExpectedTo() {
        assertEquals(sent(1, 4), say(retr(1, 4)));
        assertEquals(List.of(indexes(1, 8)), mailboxes.ahead.subList(0, 1));
        assertEquals(sent(5, 8), say(retr(5, 8)));
        assertEquals(sent(9, 12), say(retr(9, 12)));
        assertEquals(sent(13, MESSAGES), say(retr(13, MESSAGES)));
        List<Integer> all = new ArrayList<>();
        mailboxes.ahead.forEach(all::addAll);
        assertEquals(indexes(1, MESSAGES), all, "each once");
        leave();
    }

    @Test
    void whoTurnsElsewhereIsBelievedNoMore() {
        assertEquals(sent(1, 2), say(retr(1, 2)));
        assertEquals(List.of(indexes(1, 8)), mailboxes.ahead);
        assertEquals(sent(20, 22), say(retr(20, 22)));
        assertEquals(List.of(indexes(1, 8), indexes(20, 22)), mailboxes.ahead);
        assertEquals(sent(30) + sent(10) + sent(12), say("RETR 30\r\nRETR 10\r\nRETR 12\r\n"));
        assertEquals(List.of(29, 9, 11), mailboxes.ahead.get(2));
        leave();
    }

    @Test
    void commandsBetweenMakeNoDifference() {
        String lines = "RETR 1\r\nDELE 1\r\nTOP 2 0\r\nNOOP\r\nDELE 2\r\nRETR 3\r\n";
        String marked = Reply.MARKED.in(ENGLISH) + "\r\n";
        String ok = Reply.OK.in(ENGLISH) + "\r\n";
        String top = "+OK\r\nSubject: 2\r\n\r\n.\r\n";
        assertEquals(sent(1) + marked + top + ok + marked + sent(3), say(lines));
        assertEquals(indexes(1, 8), mailboxes.ahead.get(0));
        leave();
    }

    @Test
    void messagesThatAreMarkedOrMissingAreNotOpened() {
        say("DELE 2\r\n");
        String none = Reply.NO_SUCH_MESSAGE.in(ENGLISH) + "\r\n";
        assertEquals(
                sent(1) + none + none + sent(7),
                say("RETR 1\r\nRETR 2\r\nRETR " + (MESSAGES + 1) + "\r\nRETR 7\r\n"));
        assertEquals(List.of(List.of(0, 6)), mailboxes.ahead);
        leave();
    }

    @Test
    void nothingStaysOpenWhenNothingIsAskedFor() {
        assertEquals(sent(1, 4), say(retr(1, 4)));
        assertTrue(mailboxes.aheadOpen > 0);
        assertEquals(OpenedAhead.SESSIONS - 1, world.aheadPlaces.availablePermits());
        connection.elapse(OpenedAhead.KEPT);
        elapse();
        assertEquals(0, mailboxes.aheadOpen);
        assertEquals(OpenedAhead.SESSIONS, world.aheadPlaces.availablePermits());
        assertEquals(0, connection.timers());
        assertEquals(sent(5, 7), say(retr(5, 7)));
        elapse();
        leave();
    }

    @Test
    void nothingStaysOpenForWhoDoesNotRead() {
        List<byte[]> large = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            large.add(("Subject: large\n\n" + "x\n".repeat(100_000)).getBytes(ISO_8859_1));
        }
        Pop3World other = new Pop3World(large);
        other.mailboxes.apart = true;
        other.mailboxes.cached = Long.MAX_VALUE;
        other.login();
        other.connection.stallReader().receive(retr(1, 20)).settle();
        other.connection.elapse(OpenedAhead.KEPT.multipliedBy(3));
        assertTrue(other.mailboxes.aheadOpen <= 1, "but for what is being sent");
        assertEquals(0, other.connection.timers());
        other.connection.readAll().settle();
        String all = other.connection.takeOutput();
        assertEquals(20, all.split("Subject: large", -1).length - 1);
        assertTrue(other.mailboxes.mostAheadOpen <= MOST_OPEN);
        other.connection.end(SessionEnd.DISCONNECTED).settle();
        assertEquals(0, other.held());
    }

    @Test
    void theSameMessageAThousandTimesLeavesNothing() {
        assertEquals(sent(7).repeat(1000), say("RETR 7\r\n".repeat(1000)));
        elapse();
        assertNothingOpen();
        leave();
    }

    @Test
    void clientsThatLeaveAtAnyStepLeaveNothing() {
        boolean over = false;
        for (int steps = 0; !over; steps++) {
            Pop3World other = apart(MESSAGES).login();
            other.connection.receive(retr(1, 20) + "DELE 1\r\n" + retr(30, 31));
            for (int step = 0; step < steps; step++) {
                over = !other.connection.step();
            }
            other.connection.end(SessionEnd.DISCONNECTED).settle();
            other.finish();
            assertEquals(0, other.held(), "after " + steps);
            assertEquals(0, other.mailboxes.aheadOpen, "after " + steps);
            assertEquals(
                    OpenedAhead.SESSIONS, other.aheadPlaces.availablePermits(), "after " + steps);
            assertEquals(0, other.connection.buffersHeld(), "after " + steps);
            assertEquals(0, other.connection.timers(), "after " + steps);
            assertEquals(MESSAGES, other.mailboxes.messages().size());
        }
    }

    /** The mailbox does one thing at a time, and what QUIT has begun is finished. */
    @Test
    void updatesWaitForWhatIsBeingOpenedAndAreFinished() {
        boolean over = false;
        int updated = 0;
        for (int steps = 0; !over; steps++) {
            Pop3World other = apart(MESSAGES).login();
            other.connection.receive(retr(1, 6) + "DELE 1\r\nQUIT\r\n");
            for (int step = 0; step < steps; step++) {
                over = !other.connection.step();
            }
            other.connection.end(SessionEnd.DISCONNECTED).settle();
            other.finish();
            assertEquals(0, other.held(), "after " + steps);
            if (other.mailboxes.messages().size() < MESSAGES) {
                updated++;
            } else {
                assertEquals(0, updated, "not less after more steps");
            }
        }
        assertTrue(updated > 0);
    }

    @Test
    void messagesThatCannotBeOpenedAheadAreReadByThemselves() {
        mailboxes.fails(Call.READ_AHEAD, MailboxException.Kind.UNAVAILABLE);
        mailboxes.waits(Call.READ_AHEAD, Duration.ofSeconds(1));
        mailboxes.fails(Call.READ, MailboxException.Kind.MESSAGE_GONE);
        String gone = Reply.NOT_READABLE.in(ENGLISH) + "\r\n";
        assertEquals(gone + sent(2, 12), say(retr(1, 12)));
        leave();
    }

    @Test
    void messagesOfAChangedMailboxEndTheSession() {
        mailboxes.fails(Call.READ_AHEAD, MailboxException.Kind.CHANGED);
        mailboxes.fails(Call.READ, MailboxException.Kind.CHANGED);
        assertEquals("", say(retr(1, 12)));
        assertEquals(Optional.of(SessionEnd.MAILBOX_CHANGED), connection.ended());
        assertReleased();
    }

    @Test
    void whatDoesNotLieInMemoryIsReadOnAWorker() {
        for (int cached : new int[] {0, 1, 13}) {
            mailboxes.cached = cached;
            assertEquals(sent(1, MESSAGES), say(retr(1, MESSAGES)));
        }
        leave();
    }

    @Test
    void errorsOfTheDiskAreThatMessagesAlone() {
        mailboxes.readFails(0, new PosixException("preadv2", Errno.EIO));
        String gone = Reply.NOT_READABLE.in(ENGLISH) + "\r\n";
        assertEquals(gone.repeat(12), say(retr(1, 12)));
        leave();
    }

    @Test
    void whoFindsNoPlaceIsServedMessageByMessage() {
        world.aheadPlaces.drainPermits();
        assertEquals(sent(1, 20), say(retr(1, 20)));
        assertEquals(List.of(), mailboxes.ahead);
        world.aheadPlaces.release();
        assertEquals(sent(21, MESSAGES), say(retr(21, MESSAGES)));
        assertEquals(MESSAGES - 20, mailboxes.ahead.stream().mapToInt(List::size).sum());
        assertEquals(0, world.aheadPlaces.availablePermits(), "one place, held once");
        elapse();
        assertEquals(1, world.aheadPlaces.availablePermits(), "nothing is open any more");
        assertEquals(0, mailboxes.aheadOpen);
    }

    @Test
    void fullWorkersAreNoFailureOfWhatIsOpen() {
        connection.receive(retr(1, 8));
        connection.step();
        connection.step();
        connection.workersFull(true);
        mailboxes.closedAnywhere = true;
        assertEquals(sent(1, 8), connection.settle().takeOutput());
        connection.workersFull(false);
        assertEquals(sent(9, 20), say(retr(9, 20)));
        leave();
    }
}

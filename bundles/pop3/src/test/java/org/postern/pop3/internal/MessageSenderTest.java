package org.postern.pop3.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.pop3.internal.Language.ENGLISH;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.Errno;
import org.postern.api.posix.PosixException;
import org.postern.api.protocol.Connection;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionEvent;
import org.postern.testkit.protocol.ManualConnection;

class MessageSenderTest {
    private static final String SMALL = "Subject: small\n\n.\nbody\n";
    private static final String LARGE = "Subject: large\n\n" + ".0123456789\n".repeat(50_000);
    private static final String NOT_READABLE = Reply.NOT_READABLE.in(ENGLISH) + "\r\n";

    private final Pop3World world = world(SMALL, LARGE).login();
    private final ManualConnection connection = world.connection;

    private static Pop3World world(String... messages) {
        return new Pop3World(octets(messages));
    }

    private static List<byte[]> octets(String... messages) {
        List<byte[]> octets = new ArrayList<>();
        for (String message : messages) {
            octets.add(message.getBytes(ISO_8859_1));
        }
        return octets;
    }

    private static long size(String message) {
        return message.replace("\n", "\r\n").length();
    }

    private static String sent(String message) {
        String stuffed = message.replace("\n.", "\n..").replace("\n", "\r\n");
        return "+OK " + size(message) + " octets\r\n" + stuffed + ".\r\n";
    }

    private void assertReleased() {
        world.finish();
        assertEquals(0, world.held());
        assertEquals(0, connection.buffersHeld());
    }

    private List<SessionEvent.MessageSent> events() {
        return connection.record().events(SessionEvent.MessageSent.class);
    }

    private void assertEvent(long octets, boolean whole) {
        assertEquals(1, events().size());
        assertEquals(octets, events().get(0).octets());
        assertEquals(whole, events().get(0).whole());
    }

    @Test
    void sendsLargeMessagesToTheOctet() {
        assertEquals(sent(LARGE), world.say("RETR 2"));
        assertEvent(size(LARGE), true);
    }

    @Test
    void shortReadsMakeNoDifference() {
        for (int most : new int[] {1, 7, 4095}) {
            world.mailboxes.longestRead = most;
            assertEquals(sent(LARGE), world.say("RETR 2"));
            assertEquals(sent(SMALL), world.say("RETR 1"));
        }
    }

    @Test
    void smallMessagesTakeOneTurnOnAWorker() {
        connection.receive("RETR 1\r\n");
        connection.step(); // the command
        assertTrue(connection.paused());
        connection.step(); // the worker: read, encoded, checked
        assertEquals(
                List.of(FakeMailboxes.Call.READ, FakeMailboxes.Call.CHECK),
                world.mailboxes.calls.subList(1, 3));
        connection.step(); // its result
        connection.step(); // the socket
        assertEquals(sent(SMALL), connection.takeOutput());
        assertFalse(connection.step());
    }

    @Test
    void messagesInMemoryNeedNoWorker() {
        world.mailboxes.cached = Long.MAX_VALUE;
        connection.receive("RETR 1\r\nNOOP\r\nTOP 1 0\r\n");
        connection.step(); // the commands
        assertFalse(connection.paused());
        assertEquals(
                List.of(FakeMailboxes.Call.CHECK, FakeMailboxes.Call.CHECK),
                world.mailboxes.calls.subList(1, world.mailboxes.calls.size()));
        connection.step(); // the socket
        String top = "+OK\r\nSubject: small\r\n\r\n.\r\n";
        assertEquals(sent(SMALL) + "+OK\r\n" + top, connection.takeOutput());
        assertEquals(2, events().size());
        connection.end(SessionEnd.DISCONNECTED).settle();
        assertReleased();
    }

    @Test
    void whatIsNotInMemoryIsReadOnAWorker() {
        long[] cached = {1, 15, 16, 17, 20, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 300_000};
        for (long octets : cached) {
            world.mailboxes.cached = octets;
            assertEquals(sent(LARGE), world.say("RETR 2"), () -> "cached " + octets);
            assertEquals(sent(SMALL), world.say("RETR 1"), () -> "cached " + octets);
        }
        world.mailboxes.cached = Long.MAX_VALUE;
        for (int most : new int[] {1, 7, 4095}) {
            world.mailboxes.longestRead = most;
            assertEquals(sent(LARGE), world.say("RETR 2"));
        }
        connection.end(SessionEnd.DISCONNECTED).settle();
        assertReleased();
    }

    @Test
    void messagesInMemoryAreCheckedToo() {
        world.mailboxes.cached = Long.MAX_VALUE;
        world.mailboxes.waits(FakeMailboxes.Call.CHECK, Duration.ofSeconds(1));
        String before = world.say("RETR 1");
        assertFalse(before.endsWith("\r\n.\r\n"));
        connection.elapse(Duration.ofSeconds(1));
        assertEquals(sent(SMALL), before + connection.takeOutput());
        world.mailboxes.fails(FakeMailboxes.Call.CHECK, MailboxException.Kind.CHANGED);
        assertEquals("", world.say("RETR 1"));
        assertEquals(Optional.of(SessionEnd.MAILBOX_CHANGED), connection.ended());
        assertReleased();
    }

    @Test
    void messagesInMemoryThatCannotBeReadAreRefused() {
        world.mailboxes.cached = Long.MAX_VALUE;
        world.mailboxes.readFails(0, new PosixException("preadv2", Errno.EIO));
        assertEquals("+OK\r\n" + NOT_READABLE + "+OK\r\n", world.say("NOOP", "RETR 1", "NOOP"));
        world.mailboxes.readFails(5, new PosixException("preadv2", Errno.EIO));
        world.mailboxes.longestRead = 5;
        assertEquals("+OK\r\n" + NOT_READABLE + "+OK\r\n", world.say("NOOP", "RETR 1", "NOOP"));
        world.mailboxes.longestRead = Integer.MAX_VALUE;
        world.mailboxes.readFails(100_000, new PosixException("preadv2", Errno.EIO));
        String torn = world.say("RETR 2");
        assertTrue(sent(LARGE).startsWith(torn));
        assertEquals(Optional.of(SessionEnd.MAILBOX_FAILED), connection.ended());
        assertReleased();
    }

    @Test
    void messagesInMemoryWaitForTheReader() {
        world.mailboxes.cached = Long.MAX_VALUE;
        connection.stallReader();
        world.say("RETR 2", "RETR 1");
        assertTrue(connection.mostWaiting() < 300_000, () -> "" + connection.mostWaiting());
        assertTrue(connection.buffersHeld() <= 1, "but for what was read ahead of the encoder");
        connection.readAll().settle();
        assertEquals(sent(LARGE) + sent(SMALL), connection.takeOutput());
        connection.end(SessionEnd.DISCONNECTED).settle();
        assertReleased();
    }

    @Test
    void finalDotWaitsForTheCheck() {
        world.mailboxes.waits(FakeMailboxes.Call.CHECK, Duration.ofSeconds(1));
        String before = world.say("RETR 2");
        assertTrue(before.length() > Connection.WRITE_HIGH_WATER);
        assertFalse(before.endsWith("\r\n.\r\n"));
        connection.elapse(Duration.ofSeconds(1));
        assertEquals(sent(LARGE), before + connection.takeOutput());
    }

    @Test
    void messagesOfAChangedMailboxHaveNoEnd() {
        world.mailboxes.fails(FakeMailboxes.Call.CHECK, MailboxException.Kind.CHANGED);
        String torn = world.say("RETR 2");
        assertTrue(sent(LARGE).startsWith(torn));
        assertFalse(torn.endsWith("\r\n.\r\n"));
        assertEquals(Optional.of(SessionEnd.MAILBOX_CHANGED), connection.ended());
        assertEvent(events().get(0).octets(), false);
        assertReleased();
    }

    @Test
    void changesAreNotAnswered() {
        world.mailboxes.fails(FakeMailboxes.Call.READ, MailboxException.Kind.CHANGED);
        assertEquals("", world.say("TOP 1 0", "NOOP"));
        assertEquals(Optional.of(SessionEnd.MAILBOX_CHANGED), connection.ended());
        assertEquals(List.of(), events());
        assertReleased();
    }

    @ParameterizedTest
    @EnumSource(
            value = MailboxException.Kind.class,
            names = {"MESSAGE_GONE", "UNAVAILABLE", "IN_USE"})
    void messagesThatCannotBeReadDoNotEndTheSession(MailboxException.Kind kind) {
        world.mailboxes.fails(FakeMailboxes.Call.READ, kind);
        assertEquals(NOT_READABLE + Reply.OK.in(ENGLISH) + "\r\n", world.say("RETR 2", "NOOP"));
        world.mailboxes.fails(FakeMailboxes.Call.CHECK, kind);
        assertEquals(NOT_READABLE + "+OK 0\r\n", world.say("RETR 1", "LAST"));
        assertEquals(List.of(), events());
        assertEquals(sent(SMALL), world.say("RETR 1"));
    }

    @Test
    void messagesThatBreakOffEndTheSession() {
        world.mailboxes.fails(FakeMailboxes.Call.CHECK, MailboxException.Kind.UNAVAILABLE);
        assertFalse(world.say("RETR 2").endsWith("\r\n.\r\n"));
        assertEquals(Optional.of(SessionEnd.MAILBOX_FAILED), connection.ended());
        assertReleased();
    }

    @Test
    void errorsOfTheDiskAreNotReadable() {
        world.mailboxes.readFails(0, new PosixException("pread", Errno.EIO));
        assertEquals(NOT_READABLE, world.say("RETR 1"));
        world.mailboxes.readFails(200_000, new PosixException("pread", Errno.EIO));
        assertFalse(world.say("RETR 2").endsWith("\r\n.\r\n"));
        assertEquals(Optional.of(SessionEnd.MAILBOX_FAILED), connection.ended());
        assertReleased();
    }

    @Test
    void readsNoFurtherThanTheClientDoes() {
        connection.stallReader();
        world.say("RETR 2", "RETR 2");
        assertTrue(connection.mostWaiting() < 300_000, () -> "" + connection.mostWaiting());
        assertTrue(connection.buffersHeld() <= 1, "but for what was read ahead of the encoder");
        connection.readAll().settle();
        assertEquals(sent(LARGE) + sent(LARGE), connection.takeOutput());
    }

    @Test
    void clientsThatLeaveInTheMiddleLeaveNothing() {
        connection.stallReader();
        world.say("RETR 2");
        connection.end(SessionEnd.STALLED).settle();
        assertReleased();
        assertEvent(events().get(0).octets(), false);
        assertTrue(events().get(0).octets() > 0);
    }

    @Test
    void faultsEndTheSession() {
        world.mailboxes.breaks(FakeMailboxes.Call.READ);
        assertEquals("", world.say("RETR 1"));
        assertEquals(Optional.of(SessionEnd.FAILED), connection.ended());
        assertReleased();
    }

    @Test
    void fullWorkersAreTryLaterOrWait() {
        connection.workersFull(true);
        assertEquals(NOT_READABLE, world.say("RETR 1"));
        connection.workersFull(false).stallReader();
        world.say("RETR 2");
        connection.workersFull(true).readAll().settle();
        connection.elapse(Duration.ofSeconds(5));
        assertEquals(Optional.empty(), connection.ended());
        connection.workersFull(false).elapse(Duration.ofMillis(50));
        assertEquals(sent(LARGE), connection.takeOutput());
    }

    @Test
    void topIsNoRetrieval() {
        String header = "Subject: small\r\n\r\n";
        assertEquals("+OK\r\n" + header + "..\r\n.\r\n", world.say("TOP 1 1"));
        assertEvent(header.length() + 3, false);
        assertEquals("+OK 0\r\n", world.say("LAST"));
    }

    @Test
    void topReadsNoMoreThanItNeeds() {
        world.mailboxes.readFails(100_000, new PosixException("pread", Errno.EIO));
        assertTrue(world.say("TOP 2 10").endsWith("..0123456789\r\n.\r\n"));
    }

    @Test
    void substitutesNulsWhereConfigured() {
        String message = "Subject: NUL\n\n\0a\0\n";
        Pop3World substituting =
                new Pop3World(
                        new ManualConnection(), octets(message), Map.of("nulSubstitute", "128"));
        substituting.login();
        assertEquals(sent(message.replace('\0', '\u0080')), substituting.say("RETR 1"));
        assertEquals(sent(message), world(message).login().say("RETR 1"));
    }

    @Test
    void sendsMessagesOfEverySizeAroundABuffers() {
        int capacity = 64 * 1024;
        for (int size = capacity - 60; size <= capacity + 5; size++) {
            for (String end : new String[] {"", "\n"}) {
                String message = "x".repeat(size - 30) + end;
                Pop3World other = world(message).login();
                String ended = message.endsWith("\n") ? message : message + "\n";
                assertEquals(sent(ended), other.say("RETR 1"));
            }
        }
    }

    @Test
    void sendsTopOfEverySizeAroundABuffers() {
        int capacity = 64 * 1024;
        for (int size = capacity - 30; size <= capacity + 5; size++) {
            String header = "x".repeat(size);
            Pop3World other = world(header + "\n\none\ntwo\n").login();
            assertEquals("+OK\r\n" + header + "\r\n\r\n.\r\n", other.say("TOP 1 0"));
            assertEquals("+OK\r\n" + header + "\r\n\r\none\r\n.\r\n", other.say("TOP 1 1"));
        }
    }
}

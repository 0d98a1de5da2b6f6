package org.postern.testkit.mailbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MessageContent;

/** Opening a mailbox and reading its messages while nobody else touches them. */
public interface MailboxReadingContract {

    /** A mailbox that is missing; closed by the test. */
    MailboxFixture mailbox() throws Exception;

    @Test
    default void missingMailboxIsEmpty() throws Exception {
        try (MailboxFixture fixture = mailbox();
                OpenedMailbox opened = OpenedMailbox.open(fixture)) {
            assertIsEmpty(opened);
        }
    }

    @Test
    default void emptyMailboxIsEmpty() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            fixture.create();
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                assertIsEmpty(opened);
            }
            assertEquals(List.of(), fixture.messages());
        }
    }

    private static void assertIsEmpty(OpenedMailbox opened) throws Exception {
        assertEquals(0, opened.snapshot().count());
        assertEquals(0, opened.snapshot().totalOctets());
        opened.finish(opened.mailbox().check());
        assertEquals(0, opened.finish(opened.mailbox().expunge(new BitSet())).left());
        opened.finish(opened.mailbox().acknowledge());
        assertThrows(IndexOutOfBoundsException.class, () -> opened.mailbox().read(0));
    }

    @Test
    default void messagesComeInMailboxOrderWithTrueSizes() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            List<byte[]> messages = new ArrayList<>(Mail.troublesome());
            messages.addAll(fixture.oddMessages());
            messages.addAll(Mail.plain(0, 40));
            for (byte[] message : messages) {
                fixture.deliver(message);
            }
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                opened.assertHolds(messages);
            }
        }
    }

    @Test
    default void eachMessageAloneHasItsTrueSize() throws Exception {
        List<byte[]> messages = new ArrayList<>(Mail.troublesome());
        try (MailboxFixture fixture = mailbox()) {
            messages.addAll(fixture.oddMessages());
        }
        for (byte[] message : messages) {
            try (MailboxFixture fixture = mailbox()) {
                fixture.deliver(message);
                try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                    opened.assertHolds(List.of(message));
                }
            }
        }
    }

    @Test
    default void contentIsTheSameInPiecesOfAnySize() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            byte[] message = Mail.octets("Subject: pieces\n\n.a\r\n\r\n\n.\nlast\n");
            fixture.deliver(Mail.plain(1));
            fixture.deliver(message);
            fixture.deliver(Mail.plain(2));
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                for (int pieces : new int[] {1, 2, 3, 7, 31, message.length, 4096}) {
                    assertArrayEquals(message, opened.stored(1, pieces), "pieces of " + pieces);
                }
            }
        }
    }

    @Test
    default void messagesAreReadInAnyOrderAndAgain() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            List<byte[]> messages = Mail.plain(0, 5);
            for (byte[] message : messages) {
                fixture.deliver(message);
            }
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                for (int i : new int[] {4, 0, 2, 2, 1, 3, 4}) {
                    assertArrayEquals(messages.get(i), opened.stored(i));
                    opened.finish(opened.mailbox().check());
                }
            }
        }
    }

    @Test
    default void uniqueIdsAreFitDistinctAndStable() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            for (byte[] message : Mail.troublesome()) {
                fixture.deliver(message);
            }
            for (int copies = 0; copies < 3; copies++) {
                fixture.deliver(Mail.plain(7));
            }
            List<String> first;
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                first = opened.ids();
                opened.finish(opened.mailbox().acknowledge());
            }
            assertEquals(first.size(), new HashSet<>(first).size(), "identical copies too");
            fixture.deliver(Mail.plain(7));
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                List<String> second = opened.ids();
                assertEquals(first, second.subList(0, first.size()), "the same in each session");
                assertEquals(second.size(), new HashSet<>(second).size());
            }
        }
    }

    @Test
    default void uniqueIdsStayWhenOtherMessagesAreDeleted() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            for (int i = 0; i < 6; i++) {
                fixture.deliver(Mail.plain(i));
            }
            List<String> ids;
            BitSet deleted = new BitSet();
            deleted.set(0);
            deleted.set(3);
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                ids = new ArrayList<>(opened.ids());
                opened.expunge(deleted);
            }
            ids.remove(3);
            ids.remove(0);
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                assertEquals(ids, opened.ids());
            }
        }
    }

    @Test
    default void boundsAdmitWhatIsJustWithinThem() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            for (int i = 0; i < 5; i++) {
                fixture.deliver(Mail.plain(i));
            }
            MailboxBounds exact = new MailboxBounds(5, fixture.storedOctets());
            try (OpenedMailbox opened = OpenedMailbox.open(fixture, exact, Optional.empty())) {
                assertEquals(5, opened.snapshot().count());
            }
            MailboxBounds messages = new MailboxBounds(4, Long.MAX_VALUE);
            MailboxBounds octets = new MailboxBounds(Integer.MAX_VALUE, fixture.storedOctets() - 1);
            for (MailboxBounds bounds : List.of(messages, octets)) {
                MailboxException refused =
                        assertThrows(
                                MailboxException.class,
                                () -> OpenedMailbox.open(fixture, bounds, Optional.empty()));
                assertEquals(MailboxException.Kind.TOO_LARGE, refused.kind(), bounds.toString());
                String key = bounds.equals(messages) ? "maxMessages" : "maxMailboxBytes";
                assertTrue(refused.getMessage().contains(key), refused.getMessage());
            }
        }
    }

    @Test
    default void boundsAreNotAppliedToResumedMailbox() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            fixture.deliver(Mail.plain(1));
            fixture.deliver(Mail.plain(2));
            try (OpenedMailbox opened = OpenedMailbox.open(fixture);
                    OpenedMailbox resumed =
                            OpenedMailbox.open(
                                    fixture,
                                    new MailboxBounds(1, 1),
                                    Optional.of(opened.snapshot()))) {
                resumed.assertHolds(List.of(Mail.plain(1), Mail.plain(2)));
            }
        }
    }

    @Test
    default void contentOutlivesItsMailbox() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            byte[] message = Mail.troublesome().get(0);
            fixture.deliver(message);
            fixture.deliver(Mail.plain(1));
            MessageContent content;
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                content = opened.finish(opened.mailbox().read(0));
            }
            try (content) {
                assertArrayEquals(message, OpenedMailbox.drain(content, 5));
            }
        }
    }

    @Test
    default void twoContentsAreReadSideBySide() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            fixture.deliver(Mail.plain(1));
            fixture.deliver(Mail.plain(2));
            try (OpenedMailbox opened = OpenedMailbox.open(fixture);
                    MessageContent first = opened.finish(opened.mailbox().read(0));
                    MessageContent second = opened.finish(opened.mailbox().read(1))) {
                assertArrayEquals(Mail.plain(2), OpenedMailbox.drain(second, 4));
                assertArrayEquals(Mail.plain(1), OpenedMailbox.drain(first, 4));
            }
        }
    }

    @Test
    default void messagesThatAreOpenedAheadAreThoseThatWereAskedFor() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            List<byte[]> messages = new ArrayList<>(Mail.plain(0, 5));
            for (byte[] message : messages) {
                fixture.deliver(message);
            }
            List<Integer> wanted = List.of(3, 0, 1, 1, 4, 2, 0, 3);
            assertEquals(Mailbox.MOST_AHEAD, wanted.size());
            List<MessageContent> contents;
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                assertEquals(List.of(), opened.finish(opened.mailbox().readAhead(List.of())));
                contents = opened.finish(opened.mailbox().readAhead(wanted));
                assertArrayEquals(messages.get(2), opened.stored(2), "beside them");
            }
            assertTrue(contents.size() <= wanted.size());
            for (int i = 0; i < contents.size(); i++) {
                try (MessageContent content = contents.get(i)) {
                    assertArrayEquals(messages.get(wanted.get(i)), OpenedMailbox.drain(content, 5));
                }
            }
        }
    }

    @Test
    default void indexesOutsideTheSnapshotAreRefused() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            fixture.deliver(Mail.plain(1));
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                BitSet outside = new BitSet();
                outside.set(1);
                assertThrows(IndexOutOfBoundsException.class, () -> opened.mailbox().read(1));
                assertThrows(IndexOutOfBoundsException.class, () -> opened.mailbox().read(-1));
                assertThrows(
                        IndexOutOfBoundsException.class,
                        () -> opened.mailbox().readAhead(List.of(0, 1)));
                assertThrows(
                        IndexOutOfBoundsException.class, () -> opened.mailbox().expunge(outside));
            }
            assertEquals(1, fixture.messages().size());
        }
    }

    @Test
    default void readingWritesNothing() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            fixture.deliver(Mail.plain(1));
            List<byte[]> before = fixture.messages();
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                opened.assertHolds(before);
                opened.finish(opened.mailbox().check());
            }
            Expunging.assertSame(before, fixture.messages());
        }
    }
}

package org.postern.testkit.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.Delivery;
import org.postern.api.mailbox.Expunged;

/** Removing, acknowledging and adding messages when nothing fails. */
public interface MailboxUpdateContract {

    /** A mailbox that is missing; closed by the test. */
    MailboxFixture mailbox() throws Exception;

    @Test
    default void expungeNothing() throws Exception {
        expunges(6, new BitSet());
    }

    @Test
    default void expungeFirst() throws Exception {
        expunges(6, Expunging.bits(0));
    }

    @Test
    default void expungeLast() throws Exception {
        expunges(6, Expunging.bits(5));
    }

    @Test
    default void expungeEveryOther() throws Exception {
        BitSet odd = new BitSet();
        for (int i = 1; i < 80; i += 2) {
            odd.set(i);
        }
        expunges(80, odd);
    }

    @Test
    default void expungeAll() throws Exception {
        BitSet all = new BitSet();
        all.set(0, 70);
        expunges(70, all);
    }

    @Test
    default void expungeAmongTroublesomeMessages() throws Exception {
        List<byte[]> messages = Mail.troublesome();
        for (int i = 0; i < messages.size(); i++) {
            expunges(messages, Expunging.bits(i), false);
        }
    }

    private void expunges(int count, BitSet deleted) throws Exception {
        expunges(Mail.plain(0, count), deleted, false);
        expunges(Mail.plain(0, count), deleted, true);
    }

    private void expunges(List<byte[]> messages, BitSet deleted, boolean deliveredMeanwhile)
            throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            for (byte[] message : messages) {
                fixture.deliver(message);
            }
            List<byte[]> left = Expunging.without(messages, deleted);
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                if (deliveredMeanwhile) {
                    byte[] late = Mail.octets("Subject: late\n\n.\nmeanwhile\n");
                    fixture.deliver(late);
                    fixture.deliver(Mail.plain(0));
                    left.add(late);
                    left.add(Mail.plain(0));
                }
                Expunged expunged = opened.finish(opened.mailbox().expunge(deleted));
                assertCounts(opened, deleted, expunged);
                Expunging.assertSame(left, fixture.messages());
                opened.finish(opened.mailbox().acknowledge());
                Expunging.assertSame(left, fixture.messages());
            }
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                opened.assertHolds(left);
            }
        }
    }

    private static void assertCounts(OpenedMailbox opened, BitSet deleted, Expunged expunged) {
        long octets = deleted.stream().mapToLong(opened.snapshot()::octets).sum();
        int count = deleted.cardinality();
        assertEquals(
                new Expunged(
                        count,
                        octets,
                        opened.snapshot().count() - count,
                        opened.snapshot().totalOctets() - octets),
                expunged);
    }

    @Test
    default void acknowledgeKeepsMessagesAndIds() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            List<byte[]> messages = Mail.plain(0, 70);
            for (byte[] message : messages) {
                fixture.deliver(message);
            }
            List<String> ids;
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                ids = opened.ids();
                opened.finish(opened.mailbox().acknowledge());
                opened.assertHolds(messages);
                opened.finish(opened.mailbox().acknowledge());
            }
            Expunging.assertSame(messages, fixture.messages());
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                opened.assertHolds(messages);
                assertEquals(ids, opened.ids());
                opened.finish(opened.mailbox().acknowledge());
            }
            Expunging.assertSame(messages, fixture.messages());
        }
    }

    @Test
    default void appendedMessageIsSeenByTheNextSession() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            fixture.deliver(Mail.plain(0));
            List<byte[]> all = new ArrayList<>(List.of(Mail.plain(0)));
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                for (byte[] message : Mail.plain(1, 4)) {
                    fixture.elapse(Duration.ofSeconds(1));
                    opened.finish(opened.mailbox().append(delivery(message)));
                    all.add(message);
                }
                opened.finish(opened.mailbox().check());
                opened.assertHolds(List.of(Mail.plain(0)));
                opened.expunge(Expunging.bits(0));
            }
            all.remove(0);
            Expunging.assertSame(all, fixture.messages());
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                opened.assertHolds(all);
            }
        }
    }

    @Test
    default void messageWithNetworkLineEndsIsAppendedAsLines() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            fixture.create();
            byte[] network = Mail.octets("Subject: crlf\r\n\r\n.\r\nbody\r\n");
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                opened.finish(opened.mailbox().append(delivery(network)));
            }
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                opened.assertHolds(List.of(Mail.octets("Subject: crlf\n\n.\nbody\n")));
                assertEquals(network.length, opened.snapshot().octets(0));
            }
        }
    }

    @Test
    default void largeMessageIsAppendedWhole() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            fixture.create();
            byte[] large = Mail.octets("Subject: large\n\n" + "0123456789\n".repeat(30_000));
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                opened.finish(opened.mailbox().append(delivery(large)));
            }
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                opened.assertHolds(List.of(large));
            }
        }
    }

    private static Delivery delivery(byte[] message) {
        return Update.delivery(message);
    }
}

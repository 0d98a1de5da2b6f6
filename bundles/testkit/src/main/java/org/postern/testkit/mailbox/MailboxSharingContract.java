package org.postern.testkit.mailbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.mailbox.MailboxSnapshot;

/** Other programs and other sessions on the same mailbox, and a format that is replaced. */
public interface MailboxSharingContract {

    /** A mailbox that is missing; closed by the test. */
    MailboxFixture mailbox() throws Exception;

    @Test
    default void newMailIsNoChange() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            fixture.deliver(Mail.plain(1));
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                for (int i = 2; i < 5; i++) {
                    fixture.deliver(Mail.plain(i));
                    opened.finish(opened.mailbox().check());
                    opened.assertHolds(List.of(Mail.plain(1)));
                    opened.finish(opened.mailbox().check());
                }
            }
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                opened.assertHolds(Mail.plain(1, 5));
            }
        }
    }

    @Test
    default void firstMailInEmptyMailboxIsNoChange() throws Exception {
        for (boolean exists : new boolean[] {true, false}) {
            try (MailboxFixture fixture = mailbox()) {
                if (exists) {
                    fixture.create();
                }
                try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                    fixture.deliver(Mail.plain(1));
                    opened.finish(opened.mailbox().check());
                    assertEquals(0, opened.snapshot().count());
                    opened.expunge(new BitSet());
                    opened.finish(opened.mailbox().acknowledge());
                }
                try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                    opened.assertHolds(List.of(Mail.plain(1)));
                }
            }
        }
    }

    @Test
    default void anotherInstanceResumesTheSession() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            for (int i = 0; i < 3; i++) {
                fixture.deliver(Mail.plain(i));
            }
            MailboxSnapshot snapshot;
            List<String> ids;
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                snapshot = opened.snapshot();
                ids = opened.ids();
            }
            fixture.deliver(Mail.plain(3));
            try (OpenedMailbox resumed = OpenedMailbox.resume(fixture, snapshot)) {
                resumed.assertHolds(Mail.plain(0, 3));
                assertEquals(ids, resumed.ids());
                resumed.finish(resumed.mailbox().check());
                resumed.expunge(bits(1));
                resumed.finish(resumed.mailbox().acknowledge());
            }
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                opened.assertHolds(List.of(Mail.plain(0), Mail.plain(2), Mail.plain(3)));
            }
        }
    }

    @Test
    default void emptySessionIsResumed() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            MailboxSnapshot snapshot;
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                snapshot = opened.snapshot();
            }
            fixture.deliver(Mail.plain(1));
            try (OpenedMailbox resumed = OpenedMailbox.resume(fixture, snapshot)) {
                assertEquals(0, resumed.snapshot().count());
                resumed.finish(resumed.mailbox().check());
            }
        }
    }

    @Test
    default void tamperedMessageIsNoticed() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            List<byte[]> messages = Mail.plain(0, 4);
            for (byte[] message : messages) {
                fixture.deliver(message);
            }
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                fixture.tamper(2);
                assertTampered(fixture, opened, messages, 2);
            }
        }
    }

    @Test
    default void tamperedMessageIsNoticedWhenResuming() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            List<byte[]> messages = Mail.plain(0, 4);
            for (byte[] message : messages) {
                fixture.deliver(message);
            }
            MailboxSnapshot snapshot;
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                snapshot = opened.snapshot();
            }
            fixture.tamper(1);
            if (fixture.isTamperedAlone()) {
                try (OpenedMailbox resumed = OpenedMailbox.resume(fixture, snapshot)) {
                    assertTampered(fixture, resumed, messages, 1);
                }
            } else {
                MailboxException changed =
                        assertThrows(
                                MailboxException.class,
                                () -> OpenedMailbox.resume(fixture, snapshot));
                assertEquals(Kind.CHANGED, changed.kind());
            }
        }
    }

    private static void assertTampered(
            MailboxFixture fixture, OpenedMailbox opened, List<byte[]> messages, int tampered)
            throws Exception {
        if (fixture.isTamperedAlone()) {
            assertEquals(Kind.MESSAGE_GONE, opened.fails(opened.mailbox().read(tampered)));
            for (int i = 0; i < messages.size(); i++) {
                if (i != tampered) {
                    assertArrayEquals(messages.get(i), opened.stored(i));
                }
            }
            opened.finish(opened.mailbox().check());
        } else {
            List<byte[]> before = fixture.messages();
            assertEquals(Kind.CHANGED, opened.fails(opened.mailbox().check()));
            assertEquals(Kind.CHANGED, opened.fails(opened.mailbox().read(0)));
            assertEquals(Kind.CHANGED, opened.fails(opened.mailbox().expunge(bits(0))));
            assertSame(before, fixture.messages());
        }
    }

    @Test
    default void anotherSessionsExpungeIsNoticed() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            for (int i = 0; i < 3; i++) {
                fixture.deliver(Mail.plain(i));
            }
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                try (OpenedMailbox other = OpenedMailbox.open(fixture)) {
                    other.expunge(bits(0));
                }
                if (fixture.isTamperedAlone()) {
                    assertEquals(Kind.MESSAGE_GONE, opened.fails(opened.mailbox().read(0)));
                    assertArrayEquals(Mail.plain(1), opened.stored(1));
                    opened.expunge(bits(0, 1));
                    assertSame(List.of(Mail.plain(2)), fixture.messages());
                } else {
                    assertEquals(Kind.CHANGED, opened.fails(opened.mailbox().read(1)));
                    assertEquals(Kind.CHANGED, opened.fails(opened.mailbox().expunge(bits(1))));
                    assertSame(Mail.plain(1, 3), fixture.messages());
                }
            }
        }
    }

    @Test
    default void twoSessionsReadSideBySide() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            fixture.deliver(Mail.plain(0));
            fixture.deliver(Mail.plain(1));
            try (OpenedMailbox one = OpenedMailbox.open(fixture);
                    OpenedMailbox two = OpenedMailbox.open(fixture)) {
                one.assertHolds(Mail.plain(0, 2));
                two.assertHolds(Mail.plain(0, 2));
                one.finish(one.mailbox().acknowledge());
                two.assertHolds(Mail.plain(0, 2));
                two.expunge(bits(0));
            }
            assertSame(List.of(Mail.plain(1)), fixture.messages());
        }
    }

    private static void assertSame(List<byte[]> expected, List<byte[]> actual) {
        Expunging.assertSame(expected, actual);
    }

    private static BitSet bits(int... set) {
        return Expunging.bits(set);
    }
}

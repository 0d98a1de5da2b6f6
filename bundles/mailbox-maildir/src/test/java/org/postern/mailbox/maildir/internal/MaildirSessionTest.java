package org.postern.mailbox.maildir.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.Expunged;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.mailbox.MessageContent;
import org.postern.api.posix.Errno;
import org.postern.api.storage.MailDirectory;
import org.postern.testkit.mailbox.OpenedMailbox;
import org.postern.testkit.memory.Call;
import org.postern.testkit.memory.CallKind;
import org.postern.testkit.memory.MemoryMailStorage;

/** What others do to a Maildir while a session is on it. */
class MaildirSessionTest {
    private final MemoryMaildir maildir = new MemoryMaildir();
    private final MemoryMailStorage storage = maildir.storage();

    @Test
    void renamedMessagesAreFoundByOneLook() throws Exception {
        for (int i = 0; i < 100; i++) {
            put(MailDirectory.NEW, "1000" + i + ".a", i);
        }
        try (OpenedMailbox opened = open()) {
            for (int i = 0; i < 100; i++) {
                rename(
                        MailDirectory.NEW,
                        "1000" + i + ".a",
                        MailDirectory.CUR,
                        "1000" + i + ".a:2,S");
            }
            storage.faults().clear();
            for (int i = 99; i >= 0; i--) {
                String name = opened.ids().get(i);
                byte[] stored =
                        maildir.find(MailDirectory.CUR, name + ":2,S").orElseThrow().content();
                assertArrayEquals(stored, opened.stored(i));
            }
            assertEquals(2, storage.faults().count(CallKind.LIST), "new and cur, once");
        }
    }

    @Test
    void messageRenamedWhileItIsLookedForIsFound() throws Exception {
        put(MailDirectory.CUR, "1.a:2,", 1);
        try (OpenedMailbox opened = open()) {
            rename(MailDirectory.CUR, "1.a:2,", MailDirectory.CUR, "1.a:2,S");
            storage.faults()
                    .after(
                            call -> {
                                if (isListing(call, MailDirectory.CUR)) {
                                    rename(
                                            MailDirectory.CUR,
                                            "1.a:2,S",
                                            MailDirectory.CUR,
                                            "1.a:2,RS");
                                }
                            });
            assertArrayEquals(message(1), opened.stored(0));
        }
    }

    @Test
    void deletedMessageIsGoneAlone() throws Exception {
        put(MailDirectory.NEW, "1.a", 1);
        put(MailDirectory.NEW, "2.a", 2);
        try (OpenedMailbox opened = open()) {
            maildir.files.remove(MemoryMaildir.entry(MailDirectory.NEW, "1.a"));
            assertEquals(Kind.MESSAGE_GONE, opened.fails(opened.mailbox().read(0)));
            assertArrayEquals(message(2), opened.stored(1));
            opened.finish(opened.mailbox().check());
            assertEquals(
                    new Expunged(2, opened.snapshot().totalOctets(), 0, 0),
                    opened.finish(opened.mailbox().expunge(bits(0, 1))),
                    "what is gone already counts as deleted");
        }
        assertEquals(List.of(), maildir.messages());
    }

    @Test
    void exchangedFileIsNotServed() throws Exception {
        put(MailDirectory.CUR, "1.a:2,", 1);
        byte[] longer = "Subject: longer\n\n!\n".getBytes(US_ASCII);
        byte[] sameSize = message(1);
        Arrays.fill(sameSize, (byte) '\n');
        try (OpenedMailbox opened = open()) {
            maildir.clock.tick();
            maildir.put(MailDirectory.CUR, "1.a:2,", longer);
            assertEquals(Kind.MESSAGE_GONE, opened.fails(opened.mailbox().read(0)));
            maildir.put(MailDirectory.CUR, "1.a:2,", sameSize);
            assertEquals(
                    Kind.MESSAGE_GONE,
                    opened.fails(opened.mailbox().read(0)),
                    "it would be sent with other octets than LIST has said");
            maildir.put(MailDirectory.CUR, "1.a:2,", message(1));
            assertArrayEquals(message(1), opened.stored(0), "restored from a copy");
        }
        assertEquals(0, storage.openHandles());
    }

    @Test
    void fileExchangedForALinkIsNotServed() throws Exception {
        put(MailDirectory.CUR, "1.a:2,", 1);
        try (OpenedMailbox opened = open()) {
            maildir.find(MailDirectory.CUR, "1.a:2,").orElseThrow().links(2);
            assertEquals(Kind.MESSAGE_GONE, opened.fails(opened.mailbox().read(0)));
        }
    }

    @Test
    void descriptorsUsedUpIsNoMessageGone() throws Exception {
        put(MailDirectory.CUR, "1.a:2,", 1);
        try (OpenedMailbox opened = open()) {
            storage.faults().fail(CallKind.OPEN, 1, Errno.EMFILE);
            assertEquals(Kind.UNAVAILABLE, opened.fails(opened.mailbox().read(0)));
            assertArrayEquals(message(1), opened.stored(0));
        }
    }

    @Test
    void messagesAreOpenedAheadUpToTheFirstThatIsNotAsItWas() throws Exception {
        for (int i = 0; i < 8; i++) {
            put(MailDirectory.CUR, "1000" + i + ".a:2,", i);
        }
        try (OpenedMailbox opened = open()) {
            assertAhead(opened, 8);
            rename(MailDirectory.CUR, "10006.a:2,", MailDirectory.CUR, "10006.a:2,S");
            assertAhead(opened, 6);
            maildir.clock.tick();
            put(MailDirectory.CUR, "10004.a:2,", 4);
            assertAhead(opened, 4);
            maildir.put(MailDirectory.CUR, "10003.a:2,", "Subject: longer\n\n".getBytes(US_ASCII));
            assertAhead(opened, 3);
            maildir.find(MailDirectory.CUR, "10001.a:2,").orElseThrow().links(2);
            assertAhead(opened, 1);
            maildir.files.remove(MemoryMaildir.entry(MailDirectory.CUR, "10000.a:2,"));
            assertAhead(opened, 0);
            assertEquals(Kind.MESSAGE_GONE, opened.fails(opened.mailbox().read(0)));
            assertArrayEquals(message(4), opened.stored(4), "counted again");
            assertArrayEquals(message(6), opened.stored(6), "looked for");
        }
    }

    @Test
    void descriptorsUsedUpEndWhatIsOpenedAhead() throws Exception {
        for (int i = 0; i < 8; i++) {
            put(MailDirectory.CUR, "1000" + i + ".a:2,", i);
        }
        try (OpenedMailbox opened = open()) {
            storage.faults().fail(CallKind.OPEN, 3, Errno.EMFILE);
            assertAhead(opened, 2);
        }
    }

    private void assertAhead(OpenedMailbox opened, int count) throws Exception {
        List<MessageContent> contents =
                opened.finish(opened.mailbox().readAhead(List.of(0, 1, 2, 3, 4, 5, 6, 7)));
        assertEquals(count, contents.size());
        assertEquals(count, storage.openHandles());
        for (int i = 0; i < count; i++) {
            assertArrayEquals(message(i), OpenedMailbox.drain(contents.get(i), 100));
            contents.get(i).close();
        }
        assertEquals(0, storage.openHandles());
    }

    private void put(MailDirectory directory, String name, int number) {
        maildir.put(directory, name, message(number));
    }

    private void rename(MailDirectory from, String name, MailDirectory to, String newName) {
        maildir.files.rename(MemoryMaildir.entry(from, name), MemoryMaildir.entry(to, newName));
    }

    private static boolean isListing(Call call, MailDirectory directory) {
        return call.kind() == CallKind.LIST && call.directory().equals(Optional.of(directory));
    }

    private OpenedMailbox open() throws MailboxException {
        return OpenedMailbox.open(maildir, storage, MailboxBounds.NONE, Optional.empty());
    }

    private static BitSet bits(int... set) {
        BitSet bits = new BitSet();
        Arrays.stream(set).forEach(bits::set);
        return bits;
    }

    private static byte[] message(int number) {
        return ("Subject: " + number + "\n\n.\n").getBytes(US_ASCII);
    }
}

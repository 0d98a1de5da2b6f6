package org.postern.mailbox.maildir.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.posix.Errno;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.StorageException;
import org.postern.testkit.mailbox.OpenedMailbox;
import org.postern.testkit.memory.Call;
import org.postern.testkit.memory.CallKind;
import org.postern.testkit.memory.KilledException;
import org.postern.testkit.memory.MemoryMailStorage;

/** Deleting and acknowledging messages while others work on the Maildir, or something fails. */
class MaildirUpdateTest {
    private final MemoryMaildir maildir = new MemoryMaildir();
    private final MemoryMailStorage storage = maildir.storage();

    @Test
    void renamedMessagesAreDeleted() throws Exception {
        for (int i = 0; i < 40; i++) {
            put(MailDirectory.NEW, "1000" + i + ".a", i);
        }
        try (OpenedMailbox opened = open()) {
            for (int i = 0; i < 40; i++) {
                rename(
                        MailDirectory.NEW,
                        "1000" + i + ".a",
                        MailDirectory.CUR,
                        "1000" + i + ".a:2,S");
            }
            BitSet all = new BitSet();
            all.set(1, 40);
            opened.expunge(all);
        }
        assertEquals(List.of("10000.a:2,S"), maildir.names(MailDirectory.CUR));
    }

    @Test
    void messageRenamedBeforeEachUnlinkIsNotReportedAsDeleted() throws Exception {
        put(MailDirectory.CUR, "1.a:2,", 1);
        put(MailDirectory.CUR, "2.a:2,", 2);
        try (OpenedMailbox opened = open()) {
            storage.faults()
                    .before(
                            call -> {
                                if (call.kind() == CallKind.UNLINK) {
                                    flip("1.a");
                                }
                            });
            assertEquals(Kind.UNAVAILABLE, opened.fails(opened.mailbox().expunge(bits(0, 1))));
            storage.faults().clear();
            assertEquals(1, maildir.messages().size(), "the other one is deleted");
        }
    }

    @Test
    void messageThatOneLookMissedIsNotReportedAsDeleted() throws Exception {
        put(MailDirectory.CUR, "1.a:2,", 1);
        try (OpenedMailbox opened = open()) {
            // Away while it is unlinked and while cur is listed for the first time.
            var entry = MemoryMaildir.entry(MailDirectory.CUR, "1.a:2,");
            var file = maildir.files.remove(entry).orElseThrow();
            int[] listings = {0};
            storage.faults()
                    .after(
                            call -> {
                                if (isListing(call, MailDirectory.CUR) && listings[0]++ == 0) {
                                    maildir.files.put(
                                            MemoryMaildir.entry(MailDirectory.CUR, "1.a:2,S"),
                                            file);
                                }
                            });
            opened.expunge(bits(0));
        }
        assertEquals(List.of(), maildir.messages());
    }

    @Test
    void deletionThatFailsLeavesTheOthersDeleted() throws Exception {
        for (int i = 1; i < 5; i++) {
            put(MailDirectory.CUR, i + ".a:2,", i);
        }
        try (OpenedMailbox opened = open()) {
            storage.faults().fail(CallKind.UNLINK, 2, Errno.EACCES);
            assertEquals(Kind.UNAVAILABLE, opened.fails(opened.mailbox().expunge(bits(0, 1, 2))));
        }
        assertEquals(List.of("2.a:2,", "4.a:2,"), maildir.names(MailDirectory.CUR));
    }

    @Test
    void deletionThatIsNotOnStableStorageFails() throws Exception {
        put(MailDirectory.CUR, "1.a:2,", 1);
        try (OpenedMailbox opened = open()) {
            storage.faults().fail(CallKind.SYNC_DIRECTORY, 1, Errno.EIO);
            assertEquals(Kind.UNAVAILABLE, opened.fails(opened.mailbox().expunge(bits(0))));
        }
    }

    @Test
    void nothingIsDeletedByGuessing() throws Exception {
        put(MailDirectory.CUR, "1.a:2,", 1);
        put(MailDirectory.CUR, "1.a:2,S", 2);
        try (OpenedMailbox opened = open()) {
            rename(MailDirectory.CUR, "1.a:2,", MailDirectory.CUR, "1.a:2,F");
            rename(MailDirectory.CUR, "1.a:2,S", MailDirectory.CUR, "1.a:2,FS");
            storage.faults().clear();
            assertEquals(Kind.UNAVAILABLE, opened.fails(opened.mailbox().expunge(bits(0))));
            assertEquals(2, storage.faults().count(CallKind.LIST), "another look would not help");
            assertEquals(Kind.MESSAGE_GONE, opened.fails(opened.mailbox().read(0)));
            assertEquals(2, maildir.messages().size());
        }
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            rename(MailDirectory.CUR, "1.a:2,F", MailDirectory.CUR, "1.a:2,FR");
            opened.expunge(bits(0));
        }
        assertEquals(List.of("1.a:2,FS"), maildir.names(MailDirectory.CUR));
    }

    @Test
    void emptyDeletionTouchesNothing() throws Exception {
        put(MailDirectory.NEW, "1.a", 1);
        try (OpenedMailbox opened = open()) {
            storage.faults().clear();
            opened.expunge(new BitSet());
            assertEquals(List.of(), storage.faults().calls());
        }
    }

    @Test
    void shownMessagesMoveToCur() throws Exception {
        put(MailDirectory.NEW, "1.deleted", 1);
        put(MailDirectory.NEW, "2.taken", 2);
        put(MailDirectory.NEW, "3.moved", 3);
        put(MailDirectory.NEW, "4.flagged:2,F", 4);
        put(MailDirectory.NEW, "5.shown", 5);
        put(MailDirectory.CUR, "6.old:2,S", 6);
        try (OpenedMailbox opened = open()) {
            put(MailDirectory.CUR, "2.taken:2,", 22);
            rename(MailDirectory.NEW, "3.moved", MailDirectory.CUR, "3.moved:2,R");
            put(MailDirectory.NEW, "7.late", 7);
            opened.expunge(bits(0));
            opened.finish(opened.mailbox().acknowledge());
            assertEquals(4, storage.faults().count(CallKind.RENAME), "deleted ones are left out");
            assertArrayEquals(message(2), opened.stored(1), "nothing was replaced");
            storage.faults().clear();
            assertArrayEquals(message(5), opened.stored(4));
            assertEquals(0, storage.faults().count(CallKind.LIST), "it knows what it moved");
        }
        assertEquals(List.of("2.taken", "7.late"), maildir.names(MailDirectory.NEW));
        assertEquals(
                List.of("2.taken:2,", "3.moved:2,R", "4.flagged:2,F", "5.shown:2,", "6.old:2,S"),
                maildir.names(MailDirectory.CUR));
        assertArrayEquals(
                message(22), maildir.find(MailDirectory.CUR, "2.taken:2,").orElseThrow().content());
    }

    @Test
    void acknowledgingNothingTouchesNothing() throws Exception {
        put(MailDirectory.CUR, "1.a:2,", 1);
        try (OpenedMailbox opened = open()) {
            storage.faults().clear();
            opened.finish(opened.mailbox().acknowledge());
            assertEquals(List.of(), storage.faults().calls());
        }
    }

    @Test
    void wholeBatchThatFailsFailsTheOperation() throws Exception {
        put(MailDirectory.NEW, "1.a", 1);
        try (OpenedMailbox opened = open()) {
            storage.faults().fail(CallKind.RENAME, 1, StorageException.Kind.UNAVAILABLE);
            assertEquals(Kind.UNAVAILABLE, opened.fails(opened.mailbox().acknowledge()));
            storage.faults().fail(CallKind.OPEN, 1, StorageException.Kind.UNAVAILABLE);
            assertEquals(Kind.UNAVAILABLE, opened.fails(opened.mailbox().read(0)));
            storage.faults().fail(CallKind.UNLINK, 1, StorageException.Kind.UNAVAILABLE);
            assertEquals(Kind.UNAVAILABLE, opened.fails(opened.mailbox().expunge(bits(0))));
        }
        assertEquals(1, maildir.messages().size());
    }

    @Test
    void killedAtAnyChangeLosesNothingThatWasToStay() throws Exception {
        for (int n = 1; ; n++) {
            MemoryMaildir account = new MemoryMaildir();
            for (int i = 0; i < 80; i++) {
                account.deliver(message(i));
            }
            List<byte[]> before = account.messages();
            MemoryMailStorage dying = account.storage();
            boolean killed = false;
            try (OpenedMailbox opened =
                    OpenedMailbox.open(account, dying, MailboxBounds.NONE, Optional.empty())) {
                dying.faults().killAt(n);
                BitSet half = new BitSet();
                half.set(0, 40);
                opened.expunge(half);
                opened.finish(opened.mailbox().acknowledge());
            } catch (KilledException now) {
                killed = true;
            }
            List<byte[]> after = account.messages();
            for (int i = 40; i < 80; i++) {
                assertArrayEquals(
                        before.get(i), after.get(after.size() - 80 + i), "killed at " + n);
            }
            if (!killed) {
                assertEquals(40, after.size());
                return;
            }
            assertTrue(n < 200, "an update ends");
        }
    }

    @Test
    void closedOperationDoesNothing() throws Exception {
        put(MailDirectory.NEW, "1.a", 1);
        try (OpenedMailbox opened = open()) {
            var expunge = opened.mailbox().expunge(bits(0));
            expunge.close();
            assertThrows(IllegalStateException.class, expunge::advance);
        }
        assertEquals(1, maildir.messages().size());
    }

    private void put(MailDirectory directory, String name, int number) {
        maildir.put(directory, name, message(number));
    }

    private void rename(MailDirectory from, String name, MailDirectory to, String newName) {
        maildir.files.rename(MemoryMaildir.entry(from, name), MemoryMaildir.entry(to, newName));
    }

    private void flip(String base) {
        if (maildir.find(MailDirectory.CUR, base + ":2,").isPresent()) {
            rename(MailDirectory.CUR, base + ":2,", MailDirectory.CUR, base + ":2,S");
        } else {
            rename(MailDirectory.CUR, base + ":2,S", MailDirectory.CUR, base + ":2,");
        }
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

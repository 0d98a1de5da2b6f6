package org.postern.mailbox.maildir.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.mailbox.MessageFlag;
import org.postern.api.posix.Errno;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.StorageException;
import org.postern.testkit.mailbox.OpenedMailbox;
import org.postern.testkit.memory.CallKind;
import org.postern.testkit.memory.MemoryFiles;
import org.postern.testkit.memory.MemoryMailStorage;

/** A Maildir that changes, fails or is too large while it is opened. */
class MaildirOpeningTest {
    private static final byte[] MESSAGE = octets("Subject: x\n\nx\n");

    private final MemoryMaildir maildir = new MemoryMaildir();

    @Test
    void fileSeenTwiceWhileItIsRenamedIsOneMessage() throws Exception {
        for (int page : new int[] {1, 2, 100}) {
            MemoryMaildir account = new MemoryMaildir(Map.of("uniqueIds", "postern"));
            account.put(MailDirectory.NEW, "1.a", MESSAGE);
            account.put(MailDirectory.CUR, "2.a:2,", MESSAGE);
            MemoryMailStorage storage = account.storage();
            storage.pageSize(page);
            storage.faults()
                    .after(
                            call -> {
                                if (call.kind() == CallKind.LIST) {
                                    account.files.rename(
                                            MemoryMaildir.entry(MailDirectory.NEW, "1.a"),
                                            MemoryMaildir.entry(MailDirectory.CUR, "1.a:2,"));
                                    account.files.rename(
                                            MemoryMaildir.entry(MailDirectory.CUR, "2.a:2,"),
                                            MemoryMaildir.entry(MailDirectory.CUR, "2.a:2,S"));
                                }
                            });
            try (OpenedMailbox opened =
                    OpenedMailbox.open(account, storage, MailboxBounds.NONE, Optional.empty())) {
                assertEquals(List.of("1.a", "2.a"), opened.ids());
                assertEquals(
                        2, storage.faults().count(CallKind.OPEN), "by the names that they have");
                opened.assertHolds(List.of(MESSAGE, MESSAGE));
            }
        }
    }

    @Test
    void filesRenamedBetweenListingAndOpeningAreFound() throws Exception {
        for (int i = 0; i < 50; i++) {
            maildir.put(MailDirectory.NEW, "1000" + i + ".a", MESSAGE);
        }
        MemoryMailStorage storage = maildir.storage();
        storage.faults()
                .before(
                        call -> {
                            if (call.kind() == CallKind.OPEN) {
                                for (int i = 0; i < 50; i++) {
                                    maildir.files.rename(
                                            MemoryMaildir.entry(
                                                    MailDirectory.NEW, "1000" + i + ".a"),
                                            MemoryMaildir.entry(
                                                    MailDirectory.CUR, "1000" + i + ".a:2,S"));
                                }
                            }
                        });
        try (OpenedMailbox opened = open(storage)) {
            assertEquals(50, opened.snapshot().count());
            assertEquals(Set.of(MessageFlag.SEEN), opened.snapshot().flags(49));
            storage.faults().clear();
            opened.stored(49);
            assertEquals(0, storage.faults().count(CallKind.LIST), "it knows where they are");
        }
    }

    @Test
    void filesDeletedBetweenListingAndOpeningAreLeftOut() throws Exception {
        maildir.put(MailDirectory.NEW, "1.a", MESSAGE);
        maildir.put(MailDirectory.NEW, "2.a", MESSAGE);
        MemoryMailStorage storage = maildir.storage();
        storage.faults()
                .before(
                        call -> {
                            if (call.kind() == CallKind.OPEN) {
                                maildir.files.remove(MemoryMaildir.entry(MailDirectory.NEW, "1.a"));
                            }
                        });
        try (OpenedMailbox opened = open(storage)) {
            assertEquals(List.of("2.a"), opened.ids());
        }
    }

    @Test
    void fileThatCannotBeOpenedForNowFailsTheOpening() {
        maildir.deliver(MESSAGE);
        maildir.deliver(MESSAGE);
        MemoryMailStorage storage = maildir.storage();
        storage.faults().fail(CallKind.OPEN, 2, Errno.EMFILE);
        MailboxException refused = assertThrows(MailboxException.class, () -> open(storage));
        assertEquals(Kind.UNAVAILABLE, refused.kind(), "or clients believe that it was deleted");
        assertEquals(0, storage.openHandles());
    }

    @Test
    void fileThatGrowsWhileItIsCountedIsRefusedWhenRead() throws Exception {
        maildir.put(MailDirectory.NEW, "1.a", MESSAGE);
        MemoryMailStorage storage = maildir.storage();
        storage.faults()
                .before(
                        call -> {
                            if (call.kind() == CallKind.READ) {
                                maildir.find(MailDirectory.NEW, "1.a")
                                        .orElseThrow()
                                        .append(octets("more\n"));
                            }
                        });
        try (OpenedMailbox opened = open(storage)) {
            storage.faults().clear();
            assertEquals(Kind.MESSAGE_GONE, opened.fails(opened.mailbox().read(0)));
        }
    }

    @Test
    void fileThatShrinksWhileItIsCountedIsServedAsItIs() throws Exception {
        maildir.put(MailDirectory.NEW, "1.a", MESSAGE);
        MemoryMailStorage storage = maildir.storage();
        storage.faults()
                .before(
                        call -> {
                            if (call.kind() == CallKind.READ) {
                                maildir.find(MailDirectory.NEW, "1.a").orElseThrow().truncate(4);
                            }
                        });
        try (OpenedMailbox opened = open(storage)) {
            opened.assertHolds(List.of(Arrays.copyOf(MESSAGE, 4)));
        }
    }

    @Test
    void boundsAreAppliedBeforeFilesAreOpened() {
        for (int i = 0; i < 10; i++) {
            maildir.deliver(MESSAGE);
        }
        for (MailboxBounds bounds :
                List.of(
                        new MailboxBounds(9, Long.MAX_VALUE),
                        new MailboxBounds(2, Long.MAX_VALUE),
                        new MailboxBounds(10, 10L * MESSAGE.length - 1))) {
            MemoryMailStorage storage = maildir.storage();
            assertEquals(
                    Kind.TOO_LARGE,
                    assertThrows(
                                    MailboxException.class,
                                    () ->
                                            OpenedMailbox.open(
                                                    maildir, storage, bounds, Optional.empty()))
                            .kind());
            assertEquals(0, storage.faults().count(CallKind.OPEN));
        }
    }

    @Test
    void openingListsInPagesOfAnySize() throws Exception {
        for (int i = 0; i < 75; i++) {
            maildir.deliver(octets("Subject: " + i + "\n\n"));
        }
        for (int page : new int[] {1, 7, 75}) {
            MemoryMailStorage storage = maildir.storage();
            storage.pageSize(page);
            try (OpenedMailbox opened = open(storage)) {
                opened.assertHolds(maildir.messages());
            }
        }
    }

    @Test
    void wholeBatchThatFailsLeavesNoHandles() {
        for (int i = 0; i < 40; i++) {
            maildir.deliver(MESSAGE);
        }
        MemoryMailStorage storage = maildir.storage();
        storage.faults().fail(CallKind.OPEN, 35, StorageException.Kind.UNAVAILABLE);
        assertThrows(MailboxException.class, () -> open(storage));
        assertEquals(0, storage.openHandles());
        assertTrue(storage.faults().struck());
        assertEquals(MemoryFiles.OWNER, maildir.byName().get(0).status().owner());
    }

    private OpenedMailbox open(MemoryMailStorage storage) throws MailboxException {
        return OpenedMailbox.open(maildir, storage, MailboxBounds.NONE, Optional.empty());
    }

    private static byte[] octets(String text) {
        return text.getBytes(US_ASCII);
    }
}

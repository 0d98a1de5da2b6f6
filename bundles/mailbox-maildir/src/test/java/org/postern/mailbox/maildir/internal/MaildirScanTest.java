package org.postern.mailbox.maildir.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.mailbox.MessageFlag;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileType;
import org.postern.api.storage.MailDirectory;
import org.postern.testkit.mailbox.OpenedMailbox;
import org.postern.testkit.memory.CallKind;
import org.postern.testkit.memory.MemoryMailStorage;

/** What is a message, what is not, and in which order. */
class MaildirScanTest {
    private static final byte[] MESSAGE = octets("Subject: x\n\nx\n");

    private final MemoryMaildir maildir = new MemoryMaildir();

    @Test
    void junkIsNoMessage() throws Exception {
        maildir.put(MailDirectory.NEW, ".hidden", MESSAGE);
        maildir.put(MailDirectory.CUR, ".nfs000", MESSAGE);
        maildir.put(MailDirectory.ROOT, "dovecot-uidlist", MESSAGE);
        maildir.put(MailDirectory.TMP, "1.M1P1.host", MESSAGE);
        for (FileType type : FileType.values()) {
            if (type != FileType.REGULAR) {
                maildir.files.put(MailDirectory.NEW, "2." + type, MESSAGE).type(type);
                maildir.files.put(MailDirectory.CUR, "3." + type + ":2,", MESSAGE).type(type);
            }
        }
        maildir.put(MailDirectory.NEW, "4.host", MESSAGE);
        MemoryMailStorage storage = maildir.storage();
        try (OpenedMailbox opened = open(storage)) {
            assertEquals(List.of("4.host"), opened.ids());
        }
        // The message, and what may be another server's list.
        assertEquals(3, storage.faults().count(CallKind.OPEN), "junk is not even opened");
    }

    @Test
    void filesThatAreNotTheAccountsOwnAreLeftOut() throws Exception {
        maildir.files.makeMaildir();
        maildir.files.put(MailDirectory.NEW, "1.linked", MESSAGE).links(2);
        maildir.files.put(MailDirectory.NEW, "2.foreign", MESSAGE).owner(0);
        maildir.put(MailDirectory.NEW, "3.own", MESSAGE);
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            assertEquals(List.of("3.own"), opened.ids());
            opened.finish(opened.mailbox().acknowledge());
        }
        assertEquals(List.of("1.linked", "2.foreign"), maildir.names(MailDirectory.NEW));
    }

    @Test
    void missingDirectoryIsEmpty() throws Exception {
        for (MailDirectory missing : List.of(MailDirectory.NEW, MailDirectory.CUR)) {
            MemoryMaildir half = new MemoryMaildir();
            half.deliver(MESSAGE);
            half.deliver(MESSAGE);
            half.files.removeDirectory(missing);
            half.files.removeDirectory(MailDirectory.TMP);
            try (OpenedMailbox opened = OpenedMailbox.open(half)) {
                opened.assertHolds(List.of(MESSAGE));
                opened.finish(opened.mailbox().acknowledge());
                opened.expunge(bits(0));
            }
            assertEquals(List.of(), half.messages());
        }
    }

    @Test
    void whatIsNoDirectoryIsNotPermitted() {
        MemoryMailStorage storage = maildir.storage();
        storage.faults().fail(CallKind.LIST, 1, Errno.ENOTDIR);
        MailboxException refused = assertThrows(MailboxException.class, () -> open(storage));
        assertEquals(Kind.NOT_PERMITTED, refused.kind());
        assertFalse(refused.getMessage().isEmpty());
    }

    @Test
    void orderIsByTimeOfDeliveryAndThenByName() throws Exception {
        maildir.put(MailDirectory.CUR, "1000.b:2,S", MESSAGE);
        maildir.put(MailDirectory.NEW, "200.a", MESSAGE);
        maildir.put(MailDirectory.NEW, "1000.a", MESSAGE);
        maildir.put(MailDirectory.CUR, "999.z:2,", MESSAGE);
        maildir.files.put(MailDirectory.CUR, "nonumber", MESSAGE).modifiedNanos(500_000_000_000L);
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            assertEquals(List.of("200.a", "nonumber", "999.z", "1000.a", "1000.b"), opened.ids());
        }
    }

    @Test
    void flagsAndTimesAreKept() throws Exception {
        long nanos = 1_600_000_000_123_456_789L;
        maildir.files.makeMaildir();
        maildir.files.put(MailDirectory.NEW, "1.a", MESSAGE).modifiedNanos(nanos);
        maildir.put(MailDirectory.CUR, "2.a:2,FS", MESSAGE);
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            assertEquals(Set.of(MessageFlag.RECENT), opened.snapshot().flags(0));
            assertEquals(Set.of(MessageFlag.FLAGGED, MessageFlag.SEEN), opened.snapshot().flags(1));
            assertEquals(
                    Optional.of(Instant.ofEpochMilli(nanos / 1_000_000)),
                    opened.snapshot().received(0));
        }
    }

    @Test
    void namesThatLieAboutSizesAreNotBelieved() throws Exception {
        byte[] message = octets("Subject: a\n\nb\n");
        maildir.put(MailDirectory.NEW, "1.host,S=14,W=99999", message);
        maildir.put(MailDirectory.NEW, "2.host,S=3,W=17", message);
        maildir.put(MailDirectory.NEW, "3.host,S=14,W=17", message);
        maildir.put(MailDirectory.NEW, "4.host,S=99999999999999999999,W=-1", message);
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            opened.assertHolds(List.of(message, message, message, message));
        }
    }

    @Test
    void oddNamesAreServed() throws Exception {
        List<String> names =
                List.of(
                        "1." + "x".repeat(253),
                        "2.with space",
                        "3.line\nfeed",
                        "4.caf\u00e9\u00ff",
                        "5.esc\u001b[2J",
                        ":2,S",
                        "a:b:c",
                        "\\",
                        "7");
        for (String name : names) {
            maildir.put(MailDirectory.NEW, name, MESSAGE);
        }
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            assertEquals(names.size(), opened.snapshot().count());
            assertEquals(names.size(), Set.copyOf(opened.ids()).size());
            for (int i = 0; i < names.size(); i++) {
                assertEquals(MESSAGE.length, opened.stored(i).length);
            }
            opened.finish(opened.mailbox().acknowledge());
            assertEquals(1, maildir.names(MailDirectory.NEW).size(), "one is too long for an info");
            for (int i = 0; i < names.size(); i++) {
                assertEquals(MESSAGE.length, opened.stored(i).length);
            }
            BitSet all = new BitSet();
            all.set(0, names.size());
            opened.expunge(all);
        }
        assertEquals(List.of(), maildir.messages());
    }

    @Test
    void copiesUnderOneBaseAreTwoMessages() throws Exception {
        byte[] other = octets("Subject: other\n\n");
        maildir.put(MailDirectory.CUR, "1.a:2,", MESSAGE);
        maildir.put(MailDirectory.CUR, "1.a:2,S", other);
        List<String> ids;
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            opened.assertHolds(List.of(MESSAGE, other));
            ids = opened.ids();
            assertEquals("1.a", ids.get(0));
            assertEquals(2, Set.copyOf(ids).size());
        }
        maildir.files.rename(
                MemoryMaildir.entry(MailDirectory.CUR, "1.a:2,"),
                MemoryMaildir.entry(MailDirectory.CUR, "1.a:2,RS"));
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            assertEquals(ids, opened.ids(), "whatever flags they have");
            opened.expunge(bits(1));
        }
        assertEquals(List.of("1.a:2,RS"), maildir.names(MailDirectory.CUR));
    }

    private OpenedMailbox open(MemoryMailStorage storage) throws MailboxException {
        return OpenedMailbox.open(maildir, storage, MailboxBounds.NONE, Optional.empty());
    }

    private static BitSet bits(int... set) {
        BitSet bits = new BitSet();
        Arrays.stream(set).forEach(bits::set);
        return bits;
    }

    private static byte[] octets(String text) {
        return text.getBytes(US_ASCII);
    }
}

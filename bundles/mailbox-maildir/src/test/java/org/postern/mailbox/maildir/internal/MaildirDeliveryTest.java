package org.postern.mailbox.maildir.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.Delivery;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileType;
import org.postern.api.storage.MailDirectory;
import org.postern.testkit.mailbox.OpenedMailbox;
import org.postern.testkit.memory.Call;
import org.postern.testkit.memory.CallKind;
import org.postern.testkit.memory.MemoryMailStorage;

/** Deliveries, and what dead ones have left in tmp. */
class MaildirDeliveryTest {
    private static final byte[] MESSAGE = "Subject: x\r\n\r\nx\r\n".getBytes(US_ASCII);

    private final MemoryMaildir maildir = new MemoryMaildir();
    private final MemoryMailStorage storage = maildir.storage();

    @Test
    void messageIsSyncedBeforeItIsShown() throws Exception {
        maildir.create();
        try (OpenedMailbox opened = open()) {
            storage.faults().clear();
            opened.finish(opened.mailbox().append(delivery(MESSAGE)));
        }
        assertEquals(
                List.of(
                        CallKind.CREATE,
                        CallKind.WRITE,
                        CallKind.SYNC,
                        CallKind.RENAME,
                        CallKind.SYNC_DIRECTORY),
                storage.faults().calls().stream().map(Call::kind).toList());
        assertEquals(List.of(), maildir.names(MailDirectory.TMP));
        assertEquals(1, maildir.names(MailDirectory.NEW).size());
        assertArrayEquals("Subject: x\n\nx\n".getBytes(US_ASCII), maildir.messages().get(0));
    }

    @Test
    void lastOctetOfMessageIsKept() throws Exception {
        maildir.create();
        byte[] message = "Subject: x\n\nCR\r".getBytes(US_ASCII);
        try (OpenedMailbox opened = open()) {
            opened.finish(opened.mailbox().append(delivery(message)));
        }
        assertArrayEquals(message, maildir.messages().get(0));
    }

    @Test
    void failedDeliveryLeavesNothing() throws Exception {
        for (CallKind kind : List.of(CallKind.WRITE, CallKind.SYNC, CallKind.RENAME)) {
            MemoryMaildir account = new MemoryMaildir();
            account.create();
            MemoryMailStorage failing = account.storage();
            failing.faults().fail(kind, 1, Errno.ENOSPC);
            try (OpenedMailbox opened =
                    OpenedMailbox.open(account, failing, MailboxBounds.NONE, Optional.empty())) {
                assertEquals(
                        Kind.UNAVAILABLE, opened.fails(opened.mailbox().append(delivery(MESSAGE))));
            }
            assertEquals(List.of(), account.names(MailDirectory.TMP), kind.toString());
            assertEquals(List.of(), account.names(MailDirectory.NEW), kind.toString());
            assertEquals(0, failing.openHandles());
        }
    }

    @Test
    void senderThatBreaksOffLeavesNothing() throws Exception {
        maildir.create();
        try (OpenedMailbox opened = open()) {
            Delivery delivery = new Delivery(new BrokenChannel(), "sender", Instant.EPOCH);
            assertEquals(Kind.UNAVAILABLE, opened.fails(opened.mailbox().append(delivery)));
        }
        assertEquals(List.of(), maildir.names(MailDirectory.TMP));
        assertEquals(List.of(), maildir.messages());
    }

    @Test
    void nameThatIsTakenIsNotReplaced() throws Exception {
        maildir.create();
        storage.faults()
                .before(
                        call -> {
                            if (call.kind() == CallKind.RENAME && maildir.messages().isEmpty()) {
                                maildir.put(
                                        MailDirectory.NEW,
                                        call.entry().orElseThrow().name().toString(),
                                        new byte[] {'1'});
                            }
                        });
        try (OpenedMailbox opened = open()) {
            opened.finish(opened.mailbox().append(delivery(MESSAGE)));
        }
        assertEquals(2, maildir.messages().size());
        assertArrayEquals(new byte[] {'1'}, maildir.messages().get(0));
    }

    @Test
    void missingMaildirIsNotMade() throws Exception {
        try (OpenedMailbox opened = open()) {
            assertEquals(
                    Kind.UNAVAILABLE, opened.fails(opened.mailbox().append(delivery(MESSAGE))));
        }
    }

    @Test
    void staleFilesInTmpAreRemovedAfterThirtySixHours() throws Exception {
        put("stale");
        maildir.files.put(MailDirectory.TMP, "directory", MESSAGE).type(FileType.DIRECTORY);
        put(".hidden");
        var touched = maildir.files.put(MailDirectory.TMP, "ctime", MESSAGE);
        var dated = maildir.files.put(MailDirectory.TMP, "mtime", MESSAGE);
        maildir.clock.advance(Duration.ofHours(36).minusSeconds(1));
        touched.stampChanged();
        dated.modifiedNanos(0);
        long modified = maildir.clock.nanos();
        maildir.files.put(MailDirectory.TMP, "changed", MESSAGE).times(modified, 0);
        put("fresh");
        OpenedMailbox.open(maildir).close();
        assertTrue(maildir.names(MailDirectory.TMP).contains("stale"), "36 hours are not over");
        maildir.clock.advance(Duration.ofSeconds(2));
        OpenedMailbox.open(maildir).close();
        assertEquals(
                List.of(".hidden", "changed", "ctime", "directory", "fresh", "mtime"),
                maildir.names(MailDirectory.TMP));
    }

    @Test
    void tmpIsCleanedInBoundedPortions() throws Exception {
        maildir.create();
        IntStream.range(0, 1_100).forEach(i -> put("stale" + i));
        maildir.clock.advance(Duration.ofHours(37));
        storage.pageSize(500);
        open().close();
        assertEquals(100, maildir.names(MailDirectory.TMP).size());
        OpenedMailbox.open(maildir).close();
        assertEquals(List.of(), maildir.names(MailDirectory.TMP));
    }

    @Test
    void tmpThatCannotBeCleanedKeepsNobodyOut() throws Exception {
        put("stale");
        maildir.deliver(MESSAGE);
        maildir.clock.advance(Duration.ofHours(37));
        storage.faults().fail(CallKind.LIST, 3, Errno.EACCES);
        try (OpenedMailbox opened = open()) {
            assertEquals(1, opened.snapshot().count());
        }
        MemoryMailStorage other = maildir.storage();
        other.faults().failAll(CallKind.UNLINK, Errno.EACCES);
        OpenedMailbox.open(maildir, other, MailboxBounds.NONE, Optional.empty()).close();
        assertEquals(List.of("stale"), maildir.names(MailDirectory.TMP));
    }

    @Test
    void resumedSessionDoesNotCleanAgain() throws Exception {
        try (OpenedMailbox opened = open()) {
            put("stale");
            maildir.clock.advance(Duration.ofHours(37));
            OpenedMailbox.resume(maildir, opened.snapshot()).close();
        }
        assertEquals(List.of("stale"), maildir.names(MailDirectory.TMP));
    }

    private static final class BrokenChannel implements ReadableByteChannel {
        private boolean broken;

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (broken) {
                throw new IOException("the connection broke");
            }
            broken = true;
            target.put(MESSAGE);
            return MESSAGE.length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private void put(String name) {
        maildir.put(MailDirectory.TMP, name, MESSAGE);
    }

    private OpenedMailbox open() throws MailboxException {
        return OpenedMailbox.open(maildir, storage, MailboxBounds.NONE, Optional.empty());
    }

    private static Delivery delivery(byte[] message) {
        return new Delivery(
                Channels.newChannel(new ByteArrayInputStream(message)), "sender", Instant.EPOCH);
    }
}

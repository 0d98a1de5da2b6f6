package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.Delivery;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.mailbox.Operation;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.api.storage.StorageException;
import org.postern.testkit.memory.CallKind;
import org.postern.testkit.memory.MemoryFile;

class AppendingTest {
    private static final String ONE = "From a\nReceived: 1\n\none\n\n";
    private static final Instant TIME = Instant.parse("2024-02-09T07:08:05Z");
    private static final String LINE = "From me@here Fri Feb  9 07:08:05 2024\n";

    private final MemoryMbox mbox = new MemoryMbox();

    @AfterEach
    void close() {
        mbox.close();
        assertEquals(0, mbox.storage().openHandles());
        assertEquals(0, mbox.storage().heldLocks());
    }

    private static Delivery delivery(String content) {
        ByteArrayInputStream octets = new ByteArrayInputStream(Scans.octets(content));
        return new Delivery(Channels.newChannel(octets), "me@here", TIME);
    }

    private Operation<Void> appending(String content) throws MailboxException {
        return mbox.open().append(delivery(content));
    }

    private void assertAppended(String expected, String before) throws Exception {
        mbox.put(before);
        mbox.finish(appending("Subject: x\n\nbody\n"));
        assertEquals(expected + LINE + "Subject: x\n\nbody\n\n", mbox.text());
    }

    @Test
    void separatorComesBehindAnEmptyLine() throws Exception {
        assertAppended(ONE, ONE);
        assertAppended("From a\nS: 1\n\n", "From a\nS: 1\n");
        assertAppended("From a\nS: 1\n\n", "From a\nS: 1");
        assertAppended("From a\nS: 1\n\nx\n\n", "From a\nS: 1\n\nx\n");
        assertAppended("From a\nS: 1\n\nx\n\n", "From a\nS: 1\n\nx");
        assertAppended("From a\n\n", "From a\n\n");
        assertAppended("", "");
        String longLine = "From a\n" + "x".repeat(200_000);
        assertAppended(longLine + "\n\n", longLine);
    }

    @Test
    void missingMailboxIsMade() throws Exception {
        mbox.finish(appending("Subject: x\r\n\r\nbody\r\n"));
        assertEquals(LINE + "Subject: x\n\nbody\n\n", mbox.text());
        assertEquals(0600, mbox.file().status().permissions());
        mbox.clock().tick();
        assertEquals("Subject: x\n\nbody\n", mbox.read(mbox.open(), 0));
    }

    @Test
    void mailboxThatAppearsMeanwhileIsUsed() throws Exception {
        Operation<Void> appending = appending("Subject: x\n\nbody\n");
        mbox.storage()
                .faults()
                .before(
                        call -> {
                            if (call.kind() == CallKind.CREATE_MAILBOX) {
                                mbox.put(ONE);
                            }
                        });
        mbox.finish(appending);
        assertEquals(ONE + LINE + "Subject: x\n\nbody\n\n", mbox.text());
    }

    @Test
    void nullSenderIsTheMailerDaemon() throws Exception {
        ReadableByteChannel empty = Channels.newChannel(new ByteArrayInputStream(new byte[0]));
        mbox.finish(mbox.open().append(new Delivery(empty, "", Instant.EPOCH)));
        assertEquals("From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n\n", mbox.text());
    }

    @Test
    void fromLinesAreQuotedSoThatOneMessageStaysOne() throws Exception {
        mbox.finish(appending("From x\nSubject: x\n\n\nFrom y\n\nFrom z\n\n"));
        mbox.clock().tick();
        Mailbox mailbox = mbox.open();
        assertEquals(1, mailbox.snapshot().count());
        assertEquals(">From x\nSubject: x\n\n\n>From y\n\n>From z\n\n", mbox.read(mailbox, 0));
    }

    @Test
    void whatIsNoMboxIsNotWrittenTo() throws Exception {
        for (String file :
                List.of(
                        "garbage",
                        "\n",
                        "From",
                        "From a\n",
                        "From a",
                        ONE + "From b\n",
                        ONE + "From b",
                        ONE + "From " + "b".repeat(150_000))) {
            mbox.files().removeMailbox();
            Mailbox mailbox = mbox.open();
            mbox.put(file);
            MailboxException refused = mbox.fails(mailbox.append(delivery("x\n")));
            assertEquals(Kind.NOT_A_MAILBOX, refused.kind());
            assertEquals(file, mbox.text());
        }
        assertEquals(0, mbox.storage().faults().count(CallKind.WRITE));
        assertEquals(0, mbox.storage().faults().count(CallKind.TRUNCATE));
    }

    @Test
    void lockIsWaitedForThenInUse() throws Exception {
        mbox.put(ONE);
        Mailbox mailbox = mbox.open();
        try (FileHandle other = mbox.file().open(true)) {
            other.tryLock(LockMode.SHARED, Set.of(LockKind.FLOCK));
            MailboxException inUse = mbox.fails(mailbox.append(delivery("x\n")));
            assertEquals(Kind.IN_USE, inUse.kind());
        }
        assertEquals(ONE, mbox.text());
    }

    @Test
    void mailboxReplacedWhileItsLockIsWaitedForIsNotWrittenTo() throws Exception {
        for (boolean removed : new boolean[] {true, false}) {
            MemoryFile old = mbox.put(ONE);
            try (Operation<Void> appending = appending("x\n");
                    FileHandle other = old.open(true)) {
                other.tryLock(LockMode.SHARED, Set.of(LockKind.FCNTL));
                MemoryMbox.waits(appending);
                mbox.files().removeMailbox();
                if (!removed) {
                    mbox.put(ONE + ONE);
                }
                other.unlock();
                assertEquals(Kind.UNAVAILABLE, mbox.fails(appending).kind());
            }
            assertEquals(ONE.length(), old.status().size());
            assertTrue(removed || mbox.text().equals(ONE + ONE));
        }
    }

    @Test
    void failureAtAnyCallTakesEverythingBack() throws Exception {
        for (CallKind kind : List.of(CallKind.WRITE, CallKind.SYNC)) {
            for (int ordinal = 1; ordinal < 3; ordinal++) {
                mbox.put(ONE + "unfinished");
                Mailbox mailbox = mbox.open();
                mbox.storage().faults().fail(kind, ordinal, Errno.EIO);
                if (kind == CallKind.SYNC && ordinal == 2) {
                    mbox.finish(mailbox.append(delivery("x\n")));
                } else {
                    MailboxException failed = mbox.fails(mailbox.append(delivery("x\n")));
                    assertEquals(Kind.UNAVAILABLE, failed.kind());
                    assertEquals(ONE + "unfinished", mbox.text());
                }
                mbox.storage().faults().clear();
            }
        }
    }

    @Test
    void fullDiskTakesEverythingBack() throws Exception {
        mbox.put(ONE);
        Mailbox mailbox = mbox.open();
        mbox.storage().faults().shortWrite(2, 100, Errno.ENOSPC);
        MailboxException full = mbox.fails(mailbox.append(delivery("x\n".repeat(200_000))));
        assertEquals(Kind.UNAVAILABLE, full.kind());
        assertTrue(full.getMessage().contains("ENOSPC"));
        assertEquals(ONE, mbox.text());
        mbox.storage().faults().fail(CallKind.CREATE_MAILBOX, 1, StorageException.Kind.FULL);
        mbox.files().removeMailbox();
        assertEquals(Kind.UNAVAILABLE, mbox.fails(mbox.open().append(delivery("x\n"))).kind());
    }

    @Test
    void failingSourceTakesEverythingBack() throws Exception {
        mbox.put(ONE);
        ReadableByteChannel broken =
                new ReadableByteChannel() {
                    private int left = 3;

                    @Override
                    public int read(ByteBuffer target) throws IOException {
                        if (left-- == 0) {
                            throw new IOException("the client went away");
                        }
                        target.put((byte) 'x');
                        return 1;
                    }

                    @Override
                    public boolean isOpen() {
                        return true;
                    }

                    @Override
                    public void close() {
                        throw new AssertionError("not the mailbox's to close");
                    }
                };
        MailboxException failed = mbox.fails(mbox.open().append(new Delivery(broken, "a", TIME)));
        assertEquals(Kind.UNAVAILABLE, failed.kind());
        assertEquals(ONE, mbox.text());
    }

    @Test
    void sourceThatHasNothingYetIsWaitedFor() throws Exception {
        int[] asked = {0};
        ReadableByteChannel slow =
                new ReadableByteChannel() {
                    @Override
                    public int read(ByteBuffer target) {
                        asked[0]++;
                        if (asked[0] == 2) {
                            target.put((byte) 'x');
                            return 1;
                        }
                        return asked[0] < 4 ? 0 : -1;
                    }

                    @Override
                    public boolean isOpen() {
                        return true;
                    }

                    @Override
                    public void close() {}
                };
        mbox.finish(mbox.open().append(new Delivery(slow, "me@here", TIME)));
        assertEquals(LINE + "x\n\n", mbox.text());
        assertTrue(mbox.waits().stream().anyMatch(wait -> wait.toMillis() > 0));
    }

    @Test
    void givenUpInItsMiddleIsTakenBack() throws Exception {
        mbox.put(ONE);
        Operation<Void> appending = appending("0123456789abcde\n".repeat(1_200_000));
        assertTrue(MemoryMbox.waits(appending).isZero());
        assertTrue(mbox.file().status().size() > ONE.length());
        assertTrue(mbox.file().isLocked());
        appending.close();
        assertEquals(ONE, mbox.text());
        assertFalse(mbox.file().isLocked());
    }

    @Test
    void syncedBeforeItIsDone() throws Exception {
        mbox.put(ONE);
        mbox.finish(appending("x\n"));
        List<CallKind> kinds =
                mbox.storage().faults().calls().stream().map(call -> call.kind()).toList();
        assertTrue(kinds.lastIndexOf(CallKind.SYNC) > kinds.lastIndexOf(CallKind.WRITE));
    }

    @Test
    void ownDeliveryIsNewMailForTheSession() throws Exception {
        mbox.put(ONE);
        Mailbox mailbox = mbox.open();
        mbox.finish(mailbox.append(delivery("Subject: x\n\nbody\n")));
        mbox.finish(mailbox.check());
        assertEquals(1, mailbox.snapshot().count());
        mbox.expunge(mailbox, 0);
        assertEquals(LINE + "Subject: x\n\nbody\n\n", mbox.text());
    }
}

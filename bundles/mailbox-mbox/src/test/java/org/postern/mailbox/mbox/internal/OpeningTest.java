package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileType;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.api.storage.StorageException;
import org.postern.testkit.memory.CallKind;

class OpeningTest {
    private static final String TWO =
            "From a\nReceived: 1\n\none\n\nFrom b\nReceived: 2\n\ntwo without an end";
    private static final Duration TICK = Duration.ofMillis(4);

    private MemoryMbox mbox = small();

    /** Read as soon as it is locked. */
    private static MemoryMbox small(String... settings) {
        MemoryMbox mbox = new MemoryMbox(settings);
        mbox.readWholeBelow(MboxFormat.READ_WHOLE_BELOW);
        return mbox;
    }

    @AfterEach
    void close() {
        mbox.close();
        assertEquals(0, mbox.storage().openHandles());
    }

    private void configured(String... settings) {
        mbox.close();
        mbox = small(settings);
    }

    private Operation<Mailbox> opening() {
        return mbox.format().open(mbox.storage(), MailboxBounds.NONE, Optional.empty());
    }

    @Test
    void snapshotSaysWhatIsThere() throws Exception {
        mbox.put(TWO);
        MailboxSnapshot snapshot = mbox.open().snapshot();
        assertEquals(2, snapshot.count());
        assertEquals("Received: 1\r\n\r\none\r\n".length(), snapshot.octets(0));
        assertEquals("Received: 2\r\n\r\ntwo without an end\r\n".length(), snapshot.octets(1));
        assertEquals(snapshot.octets(0) + snapshot.octets(1), snapshot.totalOctets());
        assertEquals(LineConvention.LF, snapshot.lines(0));
        assertFalse(snapshot.finalLineEndMissing(0));
        assertTrue(snapshot.finalLineEndMissing(1));
        assertEquals(Optional.of(mbox.file().status()), snapshot.file());
        StoredAt.Range second = (StoredAt.Range) snapshot.storedAt(1);
        assertEquals(TWO.indexOf("From b"), second.separator());
        assertEquals(TWO.indexOf("Received: 2"), second.start());
        assertEquals(TWO.length() - second.start(), second.length());
    }

    @Test
    void emptyMailboxKeepsNoHandle() throws Exception {
        mbox.open();
        assertEquals(0, mbox.storage().openHandles(), "missing");
        mbox.put("");
        Mailbox empty = mbox.open();
        assertEquals(0, empty.snapshot().count());
        assertEquals(Optional.empty(), empty.snapshot().file());
        assertEquals(0, mbox.storage().openHandles(), "empty");
    }

    @Test
    void whatIsNoMboxIsRefusedAndLeftAlone() throws Exception {
        for (String file :
                List.of("garbage", "\nFrom a\nx\n", "From a\n", "From a\nx\n\nFrom b\n")) {
            mbox.put(file);
            MailboxException refused = mbox.failsToOpen();
            assertEquals(Kind.NOT_A_MAILBOX, refused.kind());
            assertFalse(refused.getMessage().contains("garbage"), "no mail in the log");
            assertEquals(file, mbox.text());
        }
        assertEquals(0, mbox.storage().faults().changes());
        assertEquals(0, mbox.storage().faults().count(CallKind.OPEN_FOR_UPDATE));
    }

    @Test
    void tooLargeIsRefusedBeforeReading() throws Exception {
        mbox.put(TWO);
        MailboxBounds bounds = new MailboxBounds(10, TWO.length() - 1);
        MailboxException refused =
                mbox.fails(mbox.format().open(mbox.storage(), bounds, Optional.empty()));
        assertEquals(Kind.TOO_LARGE, refused.kind());
        assertEquals(0, mbox.storage().faults().count(CallKind.READ));
        mbox.open(new MailboxBounds(2, TWO.length()), Optional.empty());
    }

    @Test
    void tooManyMessagesAreRefused() throws Exception {
        mbox.put(TWO);
        MailboxBounds bounds = new MailboxBounds(1, Long.MAX_VALUE);
        MailboxException refused =
                mbox.fails(mbox.format().open(mbox.storage(), bounds, Optional.empty()));
        assertEquals(Kind.TOO_LARGE, refused.kind());
    }

    @Test
    void storageFailuresKeepTheirMeaning() throws Exception {
        mbox.put(TWO).type(FileType.FIFO);
        assertEquals(Kind.NOT_PERMITTED, mbox.failsToOpen().kind());
        mbox.put(TWO).owner(0);
        assertEquals(Kind.NOT_PERMITTED, mbox.failsToOpen().kind());
        mbox.put(TWO).links(2);
        assertEquals(Kind.NOT_PERMITTED, mbox.failsToOpen().kind());
        mbox.put(TWO);
        mbox.storage().faults().fail(CallKind.OPEN_MAILBOX, 1, StorageException.Kind.UNAVAILABLE);
        assertEquals(Kind.UNAVAILABLE, mbox.failsToOpen().kind());
        mbox.storage().faults().fail(CallKind.READ, 1, Errno.EIO);
        assertEquals(Kind.UNAVAILABLE, mbox.failsToOpen().kind());
        mbox.storage().faults().fail(CallKind.LOCK, 1, Errno.ENOLCK);
        MailboxException noLocks = mbox.failsToOpen();
        assertEquals(Kind.UNAVAILABLE, noLocks.kind());
        assertTrue(noLocks.getMessage().contains("ENOLCK"), noLocks.getMessage());
    }

    @Test
    void readsUnderASharedLockAndReleasesIt() throws Exception {
        mbox.put(TWO);
        mbox.storage()
                .faults()
                .before(
                        call -> {
                            if (call.kind() == CallKind.READ) {
                                assertTrue(mbox.file().isLocked());
                            }
                        });
        mbox.open();
        assertTrue(mbox.storage().faults().count(CallKind.READ) > 0);
        assertFalse(mbox.file().isLocked());
    }

    @Test
    void anotherReaderIsNoObstacle() throws Exception {
        mbox.put(TWO);
        try (FileHandle other = mbox.file().open(true)) {
            other.tryLock(LockMode.SHARED, Set.of(LockKind.FCNTL, LockKind.FLOCK));
            mbox.open();
            assertEquals(List.of(), mbox.waits());
        }
    }

    @Test
    void lockIsWaitedForWithoutBlockingAndThenInUse() throws Exception {
        for (LockKind kind : LockKind.values()) {
            configured("lockTimeout", "2");
            mbox.put(TWO);
            try (FileHandle other = mbox.file().open(true)) {
                other.tryLock(LockMode.EXCLUSIVE, Set.of(kind));
                assertEquals(Kind.IN_USE, mbox.failsToOpen().kind());
                List<Duration> waits = mbox.waits();
                assertEquals(
                        Duration.ofSeconds(2),
                        waits.stream().reduce(Duration.ZERO, Duration::plus));
                assertTrue(waits.get(0).toMillis() >= 10);
                assertTrue(waits.stream().allMatch(wait -> wait.toMillis() <= 100));
            }
            assertFalse(mbox.file().isLocked(), "the other kind is not kept");
            mbox.open();
        }
    }

    @Test
    void lockThatIsReleasedInTimeIsTaken() throws Exception {
        mbox.put(TWO);
        try (Operation<Mailbox> opening = opening();
                FileHandle other = mbox.file().open(true)) {
            other.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FLOCK));
            for (int i = 0; i < 10; i++) {
                MemoryMbox.waits(opening);
            }
            other.unlock();
            mbox.finish(opening).close();
        }
    }

    @Test
    void lockTimeoutOfZeroDoesNotWait() throws Exception {
        configured("lockTimeout", "0");
        mbox.put(TWO);
        try (FileHandle other = mbox.file().open(true)) {
            other.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FCNTL));
            assertEquals(Kind.IN_USE, mbox.failsToOpen().kind());
            assertEquals(List.of(), mbox.waits());
        }
    }

    @Test
    void onlyConfiguredLocksCount() throws Exception {
        configured("locks", "fcntl");
        mbox.put(TWO);
        try (FileHandle other = mbox.file().open(true)) {
            other.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FLOCK));
            mbox.open();
            other.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FCNTL));
            mbox.replaceFormat();
            assertEquals(Kind.IN_USE, mbox.failsToOpen().kind());
        }
    }

    @Test
    void whatIsKnownIsNeitherReadNorLocked() throws Exception {
        mbox.put(TWO);
        mbox.open();
        int locks = mbox.storage().faults().count(CallKind.LOCK);
        int reads = mbox.storage().faults().count(CallKind.READ);
        try (FileHandle other = mbox.file().open(true)) {
            other.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FCNTL));
            assertEquals(2, mbox.open().snapshot().count(), "nothing is written so far");
            assertEquals(locks, mbox.storage().faults().count(CallKind.LOCK));
            assertEquals(reads, mbox.storage().faults().count(CallKind.READ));
            mbox.file().append(Scans.octets("\n"));
            assertEquals(Kind.IN_USE, mbox.failsToOpen().kind());
        }
    }

    @Test
    void lockIsKeptUntilTheTickHasPassed() throws Exception {
        mbox.files().mailbox(mbox.files().newFile(Scans.octets(TWO)));
        try (Operation<Mailbox> opening = opening()) {
            Duration wait = MemoryMbox.waits(opening);
            assertEquals(TICK, wait);
            assertTrue(mbox.file().isLocked());
            // Too early: it asks again.
            assertEquals(TICK, MemoryMbox.waits(opening));
            mbox.clock().advance(wait);
            mbox.finish(opening).close();
            assertFalse(mbox.file().isLocked());
        }
    }

    @Test
    void fileWrittenATickAgoIsNotWaitedFor() throws Exception {
        mbox.files().mailbox(mbox.files().newFile(Scans.octets(TWO)));
        mbox.clock().tick();
        mbox.open();
        assertEquals(List.of(), mbox.waits());
    }

    @Test
    void wholeSecondsAreWaitedOut() throws Exception {
        mbox.files().granularityNanos(1_000_000_000);
        for (int late : new int[] {0, 300, 900}) {
            mbox.clock().advance(Duration.ofMillis(late));
            mbox.files().mailbox(mbox.files().newFile(Scans.octets(TWO)));
            mbox.open();
            assertEquals(1, mbox.waits().size());
            assertEquals(0, mbox.clock().coarseNanos() % 1_000_000_000, "until the next second");
        }
    }

    @Test
    void futureCountsAsNow() throws Exception {
        mbox.put(TWO).modifiedNanos(mbox.clock().nanos() + Duration.ofDays(400).toNanos() + 1);
        mbox.open();
        assertEquals(List.of(TICK), mbox.waits());
    }

    @Test
    void writerThatIgnoresTheLockMakesItReadAgain() throws Exception {
        mbox.files().mailbox(mbox.files().newFile(Scans.octets(TWO)));
        try (Operation<Mailbox> opening = opening()) {
            MemoryMbox.waits(opening);
            mbox.file().append(Scans.octets("\n\nFrom c\nReceived: 3\n\nthree\n\n"));
            Mailbox mailbox = mbox.finish(opening);
            assertEquals(3, mailbox.snapshot().count());
            assertEquals("Received: 3\n\nthree\n", mbox.read(mailbox, 2));
            mailbox.close();
        }
    }

    @Test
    void fileCutWhileItIsReadIsReadAgain() throws Exception {
        mbox.put(TWO);
        mbox.storage().faults().shortReads(7);
        boolean[] cut = {false};
        mbox.storage()
                .faults()
                .after(
                        call -> {
                            if (call.kind() == CallKind.READ && !cut[0]) {
                                cut[0] = true;
                                mbox.file().truncate(TWO.indexOf("From b"));
                            }
                        });
        assertEquals(1, mbox.open().snapshot().count());
    }

    @Test
    void writerWhoNeverStopsMakesItUnavailable() throws Exception {
        mbox.put(TWO);
        mbox.storage()
                .faults()
                .after(
                        call -> {
                            if (call.kind() == CallKind.READ) {
                                mbox.file().append(Scans.octets("x"));
                            }
                        });
        assertEquals(Kind.UNAVAILABLE, mbox.failsToOpen().kind());
    }

    @Test
    void givenUpWhileWaitingReleasesEverything() throws Exception {
        mbox.files().mailbox(mbox.files().newFile(Scans.octets(TWO)));
        Operation<Mailbox> opening = opening();
        MemoryMbox.waits(opening);
        assertTrue(mbox.file().isLocked());
        opening.close();
        assertFalse(mbox.file().isLocked());
        assertEquals(0, mbox.storage().openHandles());
    }

    @Test
    void hugeMailboxTakesTurns() throws Exception {
        byte[] large = new byte[70 << 20];
        byte[] start = "From a\nS: 1\n\n".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(start, 0, large, 0, start.length);
        mbox.put(large);
        MailboxSnapshot snapshot = mbox.open().snapshot();
        assertEquals(List.of(Duration.ZERO), mbox.waits());
        assertEquals(large.length - "From a\n".length() + 4, snapshot.octets(0));
    }
}

package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.Expunged;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.mailbox.Operation;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.api.storage.StorageException;
import org.postern.testkit.memory.Call;
import org.postern.testkit.memory.CallKind;
import org.postern.testkit.memory.Faults;
import org.postern.testkit.memory.MemoryDirectory;

class ExpungingTest {
    private static final String ONE = "From a\nReceived: 1\n\none\n\n";
    private static final String TWO = "From b\nReceived: 2\n\ntwo, longer\n\n";
    private static final String THREE = "From c\nReceived: 3\n\n";
    private static final String NEW = "From d\nReceived: 4\n\nnew\n\n";

    private final MemoryMbox mbox = new MemoryMbox();

    @AfterEach
    void close() {
        mbox.close();
        assertEquals(0, mbox.storage().openHandles());
        assertEquals(0, mbox.storage().heldLocks());
    }

    private Mailbox opened(String file) throws MailboxException {
        mbox.put(file);
        Mailbox mailbox = mbox.open();
        mbox.storage().faults().clear();
        mbox.clock().advance(Duration.ofSeconds(1));
        mbox.waits();
        return mailbox;
    }

    @Test
    void deletesAndSaysWhatItDid() throws Exception {
        Mailbox mailbox = opened(ONE + TWO + THREE);
        long one = mailbox.snapshot().octets(0);
        long three = mailbox.snapshot().octets(2);
        long all = mailbox.snapshot().totalOctets();
        Expunged expunged = mbox.expunge(mailbox, 0, 2);
        assertEquals(new Expunged(2, one + three, 1, all - one - three), expunged);
        assertEquals(TWO, mbox.text());
    }

    @Test
    void emptySetTouchesNothingAtAll() throws Exception {
        Mailbox mailbox = opened(ONE + TWO);
        FileStatus before = mbox.file().status();
        Expunged expunged = mbox.finish(mailbox.expunge(new BitSet()));
        assertEquals(new Expunged(0, 0, 2, mailbox.snapshot().totalOctets()), expunged);
        mbox.finish(mailbox.acknowledge());
        assertEquals(List.of(), mbox.storage().faults().calls());
        assertEquals(before, mbox.file().status());
    }

    @Test
    void sessionWithoutDeletionOpensNothingForWriting() throws Exception {
        mbox.put(ONE + TWO);
        FileStatus before = mbox.file().status();
        Mailbox mailbox = mbox.open();
        mbox.read(mailbox, 0);
        mbox.finish(mailbox.check());
        mbox.expunge(mailbox);
        mailbox.close();
        assertEquals(before, mbox.file().status());
        assertEquals(0, mbox.storage().faults().count(CallKind.OPEN_FOR_UPDATE));
    }

    @Test
    void inodeOwnerAndModeStay() throws Exception {
        Mailbox mailbox = opened(ONE + TWO);
        mbox.file().permissions(0660);
        FileStatus before = mbox.file().status();
        mbox.expunge(mailbox, 0);
        FileStatus after = mbox.file().status();
        assertTrue(after.isSameFile(before));
        assertEquals(before.permissions(), after.permissions());
        assertEquals(before.owner(), after.owner());
        assertEquals(TWO, mbox.text());
    }

    @Test
    void deletingAllLeavesAnEmptyFile() throws Exception {
        mbox.expunge(opened(ONE + TWO + THREE), 0, 1, 2);
        assertEquals("", mbox.text());
        assertEquals(0, mbox.open().snapshot().count());
    }

    @Test
    void everySubsetLeavesTheOthersAndTheNewMailToTheOctet() throws Exception {
        List<String> messages = List.of(ONE, TWO, THREE, ONE, "From e\n\nlast without an end");
        for (String appended : List.of("", "\n\n" + NEW, "\n\n" + NEW + NEW)) {
            for (int set = 1; set < 1 << messages.size(); set++) {
                Mailbox mailbox = opened(String.join("", messages));
                mbox.file().append(Scans.octets(appended));
                StringBuilder left = new StringBuilder();
                BitSet delete = BitSet.valueOf(new long[] {set});
                for (int i = 0; i < messages.size(); i++) {
                    left.append(delete.get(i) ? "" : messages.get(i));
                }
                left.append(delete.get(messages.size() - 1) ? appended.strip() : appended);
                left.append(delete.get(messages.size() - 1) && !appended.isEmpty() ? "\n\n" : "");
                mbox.finish(mailbox.expunge(delete));
                assertEquals(left.toString(), mbox.text(), delete + " " + appended);
                mailbox.close();
            }
        }
    }

    @Test
    void randomMailboxesKeepExactlyTheirOtherMessages() throws Exception {
        long seed = System.nanoTime();
        System.out.println("ExpungingTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            StringBuilder file = new StringBuilder();
            for (int i = 1 + random.nextInt(8); i > 0; i--) {
                file.append("From ").append(i).append("\nReceived: ").append(i).append("\n\n");
                file.append("line\n\n".repeat(random.nextInt(20)));
                file.append("x".repeat(random.nextInt(3) == 0 ? random.nextInt(200_000) : 5));
                file.append("\n\n");
            }
            Mailbox mailbox = opened(file.toString());
            List<byte[]> expected = new ArrayList<>(NaiveMbox.contents(mbox.file().content()));
            BitSet delete = new BitSet();
            for (int i = expected.size() - 1; i >= 0; i--) {
                if (random.nextBoolean()) {
                    delete.set(i);
                    expected.remove(i);
                }
            }
            if (random.nextBoolean()) {
                mbox.file().append(Scans.octets(NEW));
                expected.add(Scans.octets("Received: 4\n\nnew\n"));
            }
            mbox.storage().faults().shortReads(1 + random.nextInt(100_000));
            mbox.finish(mailbox.expunge(delete));
            mailbox.close();
            List<byte[]> left = NaiveMbox.contents(mbox.file().content());
            assertEquals(expected.size(), left.size(), "seed " + seed);
            for (int i = 0; i < left.size(); i++) {
                assertTrue(Arrays.equals(expected.get(i), left.get(i)), "seed " + seed);
            }
        }
    }

    @Test
    void lineFeedsThatCompleteADeletedMessageGoWithIt() throws Exception {
        for (String ending : List.of("", "\n", "\n\n", "\n\n\n")) {
            Mailbox mailbox = opened(ONE + "From b\n\nno end" + ending);
            mbox.file().append(Scans.octets("\n\n" + NEW));
            mbox.expunge(mailbox, 1);
            assertEquals(ONE + NEW, mbox.text());
        }
    }

    @Test
    void completedButNotFollowedByMailIsDeletedWhole() throws Exception {
        Mailbox mailbox = opened(ONE + "From b\n\nno end");
        mbox.file().append(Scans.octets("\n\n"));
        mbox.expunge(mailbox, 1);
        assertEquals(ONE, mbox.text());
    }

    @Test
    void mailAppendedWithoutAnEmptyLineIsKept() throws Exception {
        Mailbox mailbox = opened(ONE + "From b\n\nend\n");
        mbox.file().append(Scans.octets(NEW));
        mbox.expunge(mailbox, 1);
        assertEquals(ONE + NEW, mbox.text());
    }

    @Test
    void continuedMessageIsNotDeletedUnseen() throws Exception {
        for (String more : List.of(" and more\n", "\nmore\n", "\n\nFrom", "\n\nFro\n\n" + NEW)) {
            String file = ONE + "From b\n\nno end";
            Mailbox mailbox = opened(file);
            mbox.file().append(Scans.octets(more));
            MailboxException changed = mbox.fails(mailbox.expunge(MemoryMbox.bits(1)));
            assertEquals(Kind.CHANGED, changed.kind());
            assertEquals(file + more, mbox.text());
        }
    }

    @Test
    void continuedMessageThatStaysIsKeptWhole() throws Exception {
        Mailbox mailbox = opened(ONE + "From b\n\nno end");
        mbox.file().append(Scans.octets(" and more\n"));
        mbox.expunge(mailbox, 0);
        assertEquals("From b\n\nno end and more\n", mbox.text());
    }

    @Test
    void updateIsAskedForOnceAndSynced() throws Exception {
        mbox.expunge(opened(ONE + TWO + THREE), 1);
        assertEquals(1, mbox.storage().faults().count(CallKind.OPEN_FOR_UPDATE));
        List<CallKind> kinds =
                mbox.storage().faults().calls().stream().map(call -> call.kind()).toList();
        assertTrue(kinds.lastIndexOf(CallKind.SYNC) > kinds.lastIndexOf(CallKind.WRITE));
        assertTrue(kinds.lastIndexOf(CallKind.SYNC) > kinds.lastIndexOf(CallKind.TRUNCATE));
    }

    @Test
    void nothingIsSyncedWhereOnlyProcessesDie() throws Exception {
        try (MemoryMbox process = new MemoryMbox("durability", "process")) {
            process.put(ONE + TWO + THREE);
            process.expunge(process.open(), 1);
            assertEquals(0, process.storage().faults().count(CallKind.SYNC));
            assertEquals(ONE + THREE, process.text());
        }
    }

    @Test
    void mailThatNobodyHasSyncedIsSyncedBeforeItMoves() throws Exception {
        mbox.expunge(opened(ONE + TWO + THREE), 1);
        List<CallKind> changes =
                mbox.storage().faults().calls().stream()
                        .map(Call::kind)
                        .filter(kind -> kind.changesFiles() || kind == CallKind.SYNC)
                        .toList();
        assertEquals(CallKind.SYNC, changes.get(0));
    }

    @Test
    void deletingFromTheEndIsOneCall() throws Exception {
        mbox.expunge(opened(ONE + TWO + THREE), 1, 2);
        assertEquals(1, mbox.storage().faults().changes());
        assertEquals(ONE, mbox.text());
    }

    @Test
    void withoutAPlaceForTheJournalNothingIsTouched() throws Exception {
        for (Errno errno : List.of(Errno.ENOSPC, Errno.EDQUOT, Errno.EACCES, Errno.EROFS)) {
            for (CallKind kind :
                    List.of(
                            CallKind.CREATE,
                            CallKind.WRITE,
                            CallKind.RENAME,
                            CallKind.SYNC_DIRECTORY)) {
                Mailbox mailbox = opened(ONE + TWO);
                mbox.storage().faults().clear();
                mbox.storage().faults().fail(kind, 1, errno);
                MailboxException failed = mbox.fails(mailbox.expunge(MemoryMbox.bits(0)));
                assertEquals(Kind.UNAVAILABLE, failed.kind());
                assertTrue(failed.getMessage().contains("/data/mbox-journal"));
                assertTrue(failed.getMessage().contains(errno.name()));
                assertEquals(ONE + TWO, mbox.text());
                assertEquals(List.of(), journals().names(), errno + " at " + kind);
                mailbox.close();
            }
        }
    }

    private MemoryDirectory journals() {
        return mbox.data().directory(Journals.DIRECTORY).orElseThrow();
    }

    /** Whose disk is full may read the mail there is, and no journal keeps the disk full. */
    @Test
    void withoutAPlaceForWhatTheJournalHoldsNothingIsTouched() throws Exception {
        for (CallKind kind : List.of(CallKind.WRITE, CallKind.SYNC)) {
            int calledOff = 0;
            while (true) {
                Mailbox mailbox = opened(ONE + TWO);
                mbox.storage().faults().clear();
                mbox.storage().faults().fail(kind, calledOff + 1, Errno.ENOSPC);
                String message = mbox.fails(mailbox.expunge(MemoryMbox.bits(0))).getMessage();
                mailbox.close();
                if (message.contains("while moving mail")) {
                    mbox.storage().faults().clear();
                    mbox.open().close();
                    assertEquals(TWO, mbox.text(), message);
                    break;
                }
                calledOff++;
                assertEquals(ONE + TWO, mbox.text(), message);
                assertEquals(List.of(), journals().names(), message);
                assertEquals(0, journals().openHandles(), message);
                mbox.storage().faults().clear();
                mbox.storage().faults().failAll(CallKind.WRITE, Errno.ENOSPC);
                mbox.open().close();
                assertEquals(ONE + TWO, mbox.text(), message);
            }
            // The journal, and then what it holds.
            assertTrue(calledOff > 2, calledOff + " of " + kind);
        }
    }

    @Test
    void writesUnderAnExclusiveLockKeptForATick() throws Exception {
        Mailbox mailbox = opened(ONE + TWO);
        mbox.storage()
                .faults()
                .before(
                        call -> {
                            if (call.kind().changesFiles() || call.kind() == CallKind.SYNC) {
                                assertFalse(canShare());
                            }
                        });
        try (Operation<Expunged> expunging = mailbox.expunge(MemoryMbox.bits(0))) {
            Duration wait = MemoryMbox.waits(expunging);
            assertEquals(TWO, mbox.text());
            assertEquals(mbox.clock().tickNanos(), wait.toNanos());
            assertFalse(canShare(), "an mtime that another write could still get");
            mbox.clock().advance(wait);
            mbox.finish(expunging);
        }
        assertTrue(canShare());
    }

    private boolean canShare() {
        try (FileHandle other = mbox.file().open(false)) {
            return other.tryLock(LockMode.SHARED, Set.of(LockKind.FCNTL));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void lockedMailboxIsInUseAndUntouched() throws Exception {
        Mailbox mailbox = opened(ONE + TWO);
        FileStatus before = mbox.file().status();
        for (LockKind kind : LockKind.values()) {
            for (LockMode mode : LockMode.values()) {
                try (FileHandle other = mbox.file().open(true)) {
                    other.tryLock(mode, Set.of(kind));
                    MailboxException inUse = mbox.fails(mailbox.expunge(MemoryMbox.bits(0)));
                    assertEquals(Kind.IN_USE, inUse.kind());
                    assertEquals(before, mbox.file().status());
                }
            }
        }
        mbox.expunge(mailbox, 0);
        assertEquals(TWO, mbox.text());
    }

    @Test
    void changeWhileWaitingForTheLockIsSeen() throws Exception {
        String file = ONE + TWO;
        Mailbox mailbox = opened(file);
        try (Operation<Expunged> expunging = mailbox.expunge(MemoryMbox.bits(0));
                FileHandle other = mbox.file().open(true)) {
            other.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FCNTL));
            MemoryMbox.waits(expunging);
            mbox.file().write(file.indexOf("two"), Scans.octets("TWO"));
            other.unlock();
            assertEquals(Kind.CHANGED, mbox.fails(expunging).kind());
        }
        assertEquals(file.replace("two", "TWO"), mbox.text());
        assertEquals(0, mbox.storage().faults().changes());
    }

    @Test
    void mailDeliveredWhileWaitingForTheLockIsKept() throws Exception {
        Mailbox mailbox = opened(ONE + TWO);
        try (Operation<Expunged> expunging = mailbox.expunge(MemoryMbox.bits(0, 1));
                FileHandle other = mbox.file().open(true)) {
            other.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FLOCK));
            MemoryMbox.waits(expunging);
            mbox.file().append(Scans.octets(NEW));
            other.unlock();
            mbox.finish(expunging);
        }
        assertEquals(NEW, mbox.text());
    }

    @Test
    void replacementWhileWaitingForTheLockIsSeen() throws Exception {
        Mailbox mailbox = opened(ONE + TWO);
        try (Operation<Expunged> expunging = mailbox.expunge(MemoryMbox.bits(0));
                FileHandle other = mbox.file().open(true)) {
            other.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FCNTL));
            MemoryMbox.waits(expunging);
            mbox.file().links(0);
            mbox.files().mailbox(mbox.files().newFile(Scans.octets(ONE + TWO)));
            other.unlock();
            assertEquals(Kind.CHANGED, mbox.fails(expunging).kind());
        }
        assertEquals(ONE + TWO, mbox.text());
    }

    @Test
    void writerWhoIgnoresTheLockNeverMakesItWrite() throws Exception {
        Mailbox mailbox = opened(ONE + TWO);
        mbox.file().append(Scans.octets(NEW));
        mbox.storage()
                .faults()
                .after(
                        call -> {
                            if (call.kind() == CallKind.READ) {
                                mbox.clock().tick();
                                mbox.file().append(Scans.octets("x"));
                            }
                        });
        assertEquals(Kind.UNAVAILABLE, mbox.fails(mailbox.expunge(MemoryMbox.bits(0))).kind());
        assertTrue(mbox.text().startsWith(ONE + TWO + NEW));
    }

    @Test
    void afterTheUpdateTheSnapshotIsHistory() throws Exception {
        Mailbox mailbox = opened(ONE + TWO);
        mbox.expunge(mailbox, 0);
        assertEquals(Kind.CHANGED, mbox.fails(mailbox.read(1)).kind());
        assertEquals(Kind.CHANGED, mbox.fails(mailbox.check()).kind());
        assertEquals(Kind.CHANGED, mbox.fails(mailbox.expunge(MemoryMbox.bits(1))).kind());
        mbox.finish(mailbox.acknowledge());
        assertEquals(TWO, mbox.text());
    }

    @Test
    void storageThatWillNotOpenItLeavesIt() throws Exception {
        Mailbox mailbox = opened(ONE + TWO);
        mbox.storage()
                .faults()
                .fail(CallKind.OPEN_FOR_UPDATE, 1, StorageException.Kind.NOT_PERMITTED);
        assertEquals(Kind.NOT_PERMITTED, mbox.fails(mailbox.expunge(MemoryMbox.bits(0))).kind());
        mbox.storage()
                .faults()
                .fail(CallKind.OPEN_FOR_UPDATE, 1, StorageException.Kind.UNAVAILABLE);
        assertEquals(Kind.UNAVAILABLE, mbox.fails(mailbox.expunge(MemoryMbox.bits(0))).kind());
        assertEquals(ONE + TWO, mbox.text());
        mbox.expunge(mailbox, 0);
    }

    @Test
    void failureInTheMiddleSaysWhere() throws Exception {
        Map<String, Consumer<Faults>> places =
                Map.of(
                        "before anything was written",
                        faults -> faults.fail(CallKind.SYNC, 1, Errno.EIO),
                        "while moving mail, 0 of",
                        faults -> faults.fail(CallKind.WRITE, 7, Errno.EIO),
                        "before the file was cut",
                        faults -> faults.fail(CallKind.TRUNCATE, 1, Errno.EIO),
                        "before it was on stable storage",
                        faults -> faults.fail(CallKind.SYNC, 6, Errno.EIO));
        for (Map.Entry<String, Consumer<Faults>> place : places.entrySet()) {
            Mailbox mailbox = opened(ONE + TWO);
            mbox.storage().faults().clear();
            place.getValue().accept(mbox.storage().faults());
            MailboxException failed = mbox.fails(mailbox.expunge(MemoryMbox.bits(0)));
            assertEquals(Kind.UNAVAILABLE, failed.kind());
            String message = failed.getMessage();
            assertTrue(message.contains("rewriting the mbox stopped"), message);
            assertTrue(message.contains(place.getKey()), message);
            assertTrue(message.contains("EIO"), message);
            assertEquals(Kind.CHANGED, mbox.fails(mailbox.read(0)).kind());
            assertEquals(0, mbox.storage().heldLocks());
            mailbox.close();
        }
    }

    @Test
    void updateGivenUpBeforeItsFirstWriteChangesNothing() throws Exception {
        Mailbox mailbox = opened(ONE + TWO);
        Operation<Expunged> expunging = mailbox.expunge(MemoryMbox.bits(0));
        try (FileHandle other = mbox.file().open(true)) {
            other.tryLock(LockMode.SHARED, Set.of(LockKind.FCNTL));
            MemoryMbox.waits(expunging);
            expunging.close();
        }
        assertEquals(ONE + TWO, mbox.text());
        mbox.expunge(mailbox, 0);
    }

    @Test
    void updateGivenUpInItsMiddleIsEndedFirst() throws Exception {
        String large = "From b\nReceived: 2\n\n" + "0123456789abcde\n".repeat(1_200_000) + "\n";
        Mailbox mailbox = opened(ONE + large + THREE);
        Operation<Expunged> expunging = mailbox.expunge(MemoryMbox.bits(0));
        assertEquals(Duration.ZERO, MemoryMbox.waits(expunging));
        assertEquals((ONE + large + THREE).length(), mbox.file().status().size());
        expunging.close();
        assertTrue((large + THREE).equals(mbox.text()));
        assertEquals(0, mbox.storage().heldLocks());
    }

    @Test
    void setIsTakenWhenItIsGiven() throws Exception {
        Mailbox mailbox = opened(ONE + TWO);
        BitSet set = MemoryMbox.bits(0);
        Operation<Expunged> expunging = mailbox.expunge(set);
        set.set(1);
        mbox.finish(expunging);
        assertEquals(TWO, mbox.text());
    }

    @Test
    void indexOutsideIsRefusedAtOnce() throws Exception {
        Mailbox mailbox = opened(ONE);
        assertThrows(IndexOutOfBoundsException.class, () -> mailbox.expunge(MemoryMbox.bits(0, 1)));
    }
}

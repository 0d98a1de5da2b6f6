package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MessageContent;
import org.postern.api.mailbox.Operation;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.api.posix.PosixException;
import org.postern.testkit.mailbox.OpenedMailbox;
import org.postern.testkit.memory.CallKind;

/** What other programs do to the file between any two calls of a session. */
class ForeignChangeTest {
    private static final String FILE =
            "From a\nReceived: 1\n\none\n\nFrom b\nReceived: 2\n\ntwo\n\n";
    private static final String NEW = "From c\nReceived: 3\n\nthree\n\n";

    private final MemoryMbox mbox = new MemoryMbox();
    private Mailbox mailbox;

    @BeforeEach
    void open() throws Exception {
        mbox.put(FILE);
        mailbox = mbox.open();
        mbox.storage().faults().clear();
        mbox.waits();
        mbox.clock().advance(Duration.ofSeconds(1));
    }

    @AfterEach
    void close() {
        mbox.close();
        assertEquals(0, mbox.storage().openHandles());
        assertFalse(mbox.files().mailbox().isPresent() && mbox.file().isLocked());
    }

    private int reads() {
        return mbox.storage().faults().count(CallKind.READ);
    }

    private void assertChanged() {
        String before = mbox.text();
        assertEquals(Kind.CHANGED, mbox.fails(mailbox.check()).kind());
        assertEquals(Kind.CHANGED, mbox.fails(mailbox.read(0)).kind());
        assertEquals(Kind.CHANGED, mbox.fails(mailbox.read(1)).kind());
        assertEquals(Kind.CHANGED, mbox.fails(mailbox.expunge(MemoryMbox.bits(0))).kind());
        assertEquals(Kind.CHANGED, mbox.fails(mailbox.expunge(MemoryMbox.bits())).kind());
        assertEquals(Kind.CHANGED, mbox.fails(mailbox.acknowledge()).kind());
        assertEquals(before, mbox.text());
        assertEquals(0, mbox.storage().faults().changes());
        assertFalse(mbox.file().isLocked());
    }

    private void assertUnchanged() throws Exception {
        mbox.finish(mailbox.check());
        assertEquals("Received: 1\n\none\n", mbox.read(mailbox, 0));
        assertEquals("Received: 2\n\ntwo\n", mbox.read(mailbox, 1));
        mbox.finish(mailbox.check());
        assertFalse(mbox.file().isLocked());
    }

    @Test
    void unchangedStatusCostsNoReadAndNoLock() throws Exception {
        mbox.finish(mailbox.check());
        mbox.finish(mailbox.read(0)).close();
        mbox.finish(mailbox.check());
        assertEquals(0, reads());
        assertEquals(0, mbox.storage().faults().count(CallKind.LOCK));
        assertEquals(0, mbox.storage().faults().count(CallKind.OPEN_MAILBOX));
    }

    @Test
    void lockOfAnotherProgramDoesNotHinderReading() throws Exception {
        try (FileHandle other = mbox.file().open(true)) {
            other.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FCNTL, LockKind.FLOCK));
            mbox.finish(mailbox.check());
            assertEquals("Received: 1\n\none\n", mbox.read(mailbox, 0));
        }
    }

    @Test
    void touchedAttributesAreLookedAtAgainOnce() throws Exception {
        mbox.file().permissions(0660);
        assertUnchanged();
        int once = reads();
        assertTrue(once > 0);
        assertUnchanged();
        // Two messages are read by that; nothing is verified a second time.
        assertEquals(once + 2, reads());
    }

    @Test
    void touchedMtimeIsNoChange() throws Exception {
        mbox.file().append(new byte[0]).modifiedNanos(mbox.clock().nanos());
        assertUnchanged();
    }

    @Test
    void rewrittenWithTheSameOctetsIsNoChange() throws Exception {
        mbox.file().content(Scans.octets(FILE));
        assertUnchanged();
    }

    @Test
    void appendedMailIsNoChangeAndInvisible() throws Exception {
        for (int i = 0; i < 3; i++) {
            mbox.file().append(Scans.octets(NEW));
            assertUnchanged();
            assertEquals(2, mailbox.snapshot().count());
            mbox.clock().advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void onlyTheOriginalLengthIsVerified() throws Exception {
        mbox.file().append(Scans.octets("From ".repeat(40_000)));
        mbox.storage().faults().clear();
        assertUnchanged();
        assertTrue(
                mbox.storage().faults().calls().stream()
                        .filter(call -> call.kind() == CallKind.READ)
                        .allMatch(call -> call.position() + call.length() <= FILE.length()));
    }

    @Test
    void changedOctetOfAnyKindIsSeenThoughAllSizesAreTheSame() throws Exception {
        for (String part : List.of("one", "two", "1", "2", "a\n", "b\n", "Received")) {
            mbox.put(FILE);
            mailbox = mbox.open();
            mbox.clock().tick();
            mbox.file().write(FILE.indexOf(part), Scans.octets("#"));
            mbox.storage().faults().clear();
            assertChanged();
        }
    }

    @Test
    void changeInTheNextTickIsSeen() throws Exception {
        mbox.files().mailbox(mbox.files().newFile(Scans.octets(FILE)));
        Mailbox young = mbox.open();
        mbox.file().write(FILE.indexOf("one"), Scans.octets("ONE"));
        assertEquals(Kind.CHANGED, mbox.fails(young.check()).kind());
    }

    @Test
    void changeInTheSameSecondOfAnOldFileSystemIsSeen() throws Exception {
        mbox.files().granularityNanos(1_000_000_000);
        mbox.files().mailbox(mbox.files().newFile(Scans.octets(FILE)));
        Mailbox young = mbox.open();
        mbox.file().write(FILE.indexOf("one"), Scans.octets("ONE"));
        assertEquals(Kind.CHANGED, mbox.fails(young.check()).kind());
    }

    @Test
    void verificationWaitsOutItsOwnTick() throws Exception {
        mbox.file().append(Scans.octets(NEW));
        try (Operation<Void> check = mailbox.check()) {
            mbox.clock().advance(MemoryMbox.waits(check));
            assertTrue(mbox.file().isLocked());
            mbox.finish(check);
        }
        mbox.file().write(FILE.indexOf("one"), Scans.octets("ONE"));
        assertChanged();
    }

    @Test
    void shorterFileIsAChange() {
        mbox.file().truncate(FILE.length() - 1);
        assertChanged();
        mbox.file().truncate(0);
        assertChanged();
    }

    @Test
    void deletedMessageIsAChange() {
        mbox.file().content(Scans.octets(FILE.substring(FILE.indexOf("From b")) + NEW + NEW));
        assertChanged();
    }

    @Test
    void swappedMessagesAreAChange() {
        int second = FILE.indexOf("From b");
        mbox.file().content(Scans.octets(FILE.substring(second) + FILE.substring(0, second)));
        assertChanged();
    }

    @Test
    void garbageIsAChange() {
        mbox.file().content(Scans.octets("\n" + FILE));
        assertChanged();
    }

    @Test
    void insertedSeparatorIsAChange() throws Exception {
        mbox.put("From a\nReceived: 1\n\n\nxrom b\n\n");
        mailbox = mbox.open();
        mbox.clock().tick();
        mbox.file().write("From a\nReceived: 1\n\n\n".length(), Scans.octets("F"));
        mbox.storage().faults().clear();
        assertEquals(Kind.CHANGED, mbox.fails(mailbox.check()).kind());
    }

    @Test
    void changedStaysChangedThoughItIsUndone() {
        mbox.file().write(FILE.indexOf("one"), Scans.octets("ONE"));
        assertEquals(Kind.CHANGED, mbox.fails(mailbox.check()).kind());
        mbox.file().write(FILE.indexOf("one"), Scans.octets("one"));
        assertChanged();
    }

    @Test
    void changeBetweenReadAndCheckIsSeenByTheCheck() throws Exception {
        try (MessageContent content = mbox.finish(mailbox.read(0))) {
            mbox.file().write(FILE.indexOf("two"), Scans.octets("TWO"));
            OpenedMailbox.drain(content, 10);
            assertEquals(Kind.CHANGED, mbox.fails(mailbox.check()).kind());
        }
    }

    @Test
    void fileCutWhileAMessageIsSentEndsIt() throws Exception {
        try (MessageContent content = mbox.finish(mailbox.read(1))) {
            mbox.file().truncate(FILE.length() - 5);
            MailboxException changed =
                    assertThrows(MailboxException.class, () -> OpenedMailbox.drain(content, 100));
            assertEquals(Kind.CHANGED, changed.kind());
        }
    }

    @Test
    void replacedFileIsAChange() {
        // rename(2) over a file takes its last link, which stamps its ctime.
        mbox.file().links(0);
        mbox.files().mailbox(mbox.files().newFile(Scans.octets(FILE)));
        assertChanged();
    }

    @Test
    void replacedFileWithoutAnyStampIsNoticedBeforeTheUpdate() {
        mbox.files().mailbox(mbox.files().newFile(Scans.octets(FILE)));
        MailboxException changed = mbox.fails(mailbox.expunge(MemoryMbox.bits(0)));
        assertEquals(Kind.CHANGED, changed.kind());
        assertEquals(FILE, mbox.text());
    }

    @Test
    void removedFileIsAChange() {
        mbox.file().links(0);
        mbox.files().removeMailbox();
        assertEquals(Kind.CHANGED, mbox.fails(mailbox.check()).kind());
        assertEquals(Kind.CHANGED, mbox.fails(mailbox.expunge(MemoryMbox.bits(0))).kind());
    }

    @Test
    void lockedChangeIsWaitedForThenInUseAndTriedAgain() throws Exception {
        mbox.file().append(Scans.octets(NEW));
        try (FileHandle other = mbox.file().open(true)) {
            other.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FCNTL));
            assertEquals(Kind.IN_USE, mbox.fails(mailbox.check()).kind());
            Duration waited = mbox.waits().stream().reduce(Duration.ZERO, Duration::plus);
            assertEquals(Duration.ofSeconds(10), waited);
        }
        assertUnchanged();
    }

    @Test
    void givenUpVerificationReleasesItsLock() throws Exception {
        mbox.file().append(Scans.octets(NEW));
        Operation<MessageContent> read = mailbox.read(0);
        MemoryMbox.waits(read);
        assertTrue(mbox.file().isLocked());
        read.close();
        assertFalse(mbox.file().isLocked());
        assertUnchanged();
    }

    @Test
    void resumedMailboxIsVerified() throws Exception {
        MailboxSnapshot snapshot = mailbox.snapshot();
        mbox.file().append(Scans.octets(NEW));
        Mailbox resumed = mbox.open(MailboxBounds.NONE, Optional.of(snapshot));
        assertSame(snapshot, resumed.snapshot());
        assertEquals("Received: 2\n\ntwo\n", mbox.read(resumed, 1));
        for (Runnable change :
                List.<Runnable>of(
                        () -> mbox.file().write(FILE.indexOf("one"), Scans.octets("ONE")),
                        () -> mbox.file().truncate(10),
                        () -> mbox.files().mailbox(mbox.files().newFile(Scans.octets(FILE))),
                        () -> mbox.files().removeMailbox())) {
            mbox.clock().advance(Duration.ofSeconds(1));
            change.run();
            Operation<Mailbox> resuming =
                    mbox.format().open(mbox.storage(), MailboxBounds.NONE, Optional.of(snapshot));
            assertEquals(Kind.CHANGED, mbox.fails(resuming).kind());
        }
    }

    @Test
    void emptySessionIsResumedWithoutLooking() throws Exception {
        mbox.files().removeMailbox();
        MailboxSnapshot empty = mbox.open().snapshot();
        mbox.put("garbage");
        assertSame(empty, mbox.open(MailboxBounds.NONE, Optional.of(empty)).snapshot());
    }

    @Test
    void snapshotOfAnotherFormatIsNotResumed() throws Exception {
        MailboxSnapshot foreign = Foreign.maildirSnapshot();
        Operation<Mailbox> resuming =
                mbox.format().open(mbox.storage(), MailboxBounds.NONE, Optional.of(foreign));
        assertEquals(Kind.CHANGED, mbox.fails(resuming).kind());
    }

    @Test
    void twoSessionsSeeEachOthersExpunge() throws Exception {
        Mailbox other = mbox.open();
        mbox.expunge(other, 0);
        mbox.storage().faults().clear();
        assertChanged();
        assertEquals(FILE.substring(FILE.indexOf("From b")), mbox.text());
    }

    @Test
    void sharedLockOfOneSessionDelaysAnothersUpdate() throws Exception {
        Mailbox other = mbox.open();
        mbox.file().append(Scans.octets(NEW));
        try (Operation<Void> check = mailbox.check()) {
            MemoryMbox.waits(check);
            MailboxException inUse = mbox.fails(other.expunge(MemoryMbox.bits(0)));
            assertEquals(Kind.IN_USE, inUse.kind());
            mbox.finish(check);
        }
        mbox.expunge(other, 0);
        assertEquals(FILE.substring(FILE.indexOf("From b")) + NEW, mbox.text());
    }

    @Test
    void failedLookIsNoChange() throws PosixException, MailboxException {
        mbox.storage().faults().fail(CallKind.STATUS, 1, Errno.EIO);
        assertEquals(Kind.UNAVAILABLE, mbox.fails(mailbox.check()).kind());
        mbox.finish(mailbox.check());
    }
}

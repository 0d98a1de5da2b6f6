package org.postern.testkit.memory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.api.posix.PosixException;
import org.postern.api.storage.EntryPage;
import org.postern.api.storage.EntryResult;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.Opened;
import org.postern.api.storage.Renaming;
import org.postern.api.storage.StorageException;

class MemoryMailStorageTest {
    private static final Set<LockKind> BOTH = EnumSet.allOf(LockKind.class);

    private final ManualClock clock = new ManualClock();
    private final MemoryFiles files = new MemoryFiles(clock);
    private final MemoryMailStorage mbox = MemoryMailStorage.mbox(files);
    private final MemoryMailStorage maildir = MemoryMailStorage.maildir(files);

    @Test
    void handleReadsAndWritesAtPositions() throws Exception {
        MemoryFile file = files.mailbox(files.newFile(octets("hello")));
        try (FileHandle handle = mbox.openForUpdate(file.status())) {
            handle.write(direct("LL!"), 2);
            assertEquals("heLL!", text(file.content()));
            ByteBuffer target = ByteBuffer.allocateDirect(3);
            assertEquals(3, handle.read(target, 1));
            assertEquals(-1, handle.read(ByteBuffer.allocateDirect(1), 5));
            handle.truncate(2);
            assertEquals("he", text(file.content()));
        }
    }

    @Test
    void powerCutTakesWhatWasNotSynced() throws Exception {
        FileName name = FileName.of("a");
        MailEntry inNew = new MailEntry(MailDirectory.NEW, name);
        MailEntry inCur = new MailEntry(MailDirectory.CUR, name);
        Set<List<Integer>> outcomes = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            MemoryFiles account = new MemoryFiles(clock).makeMaildir();
            account.put(MailDirectory.NEW, "a", octets("a"));
            account.put(MailDirectory.NEW, "removed", octets("b"));
            account.sync();
            account.remove(new MailEntry(MailDirectory.NEW, FileName.of("removed")));
            account.rename(inNew, inCur);
            MemoryMailStorage storage = MemoryMailStorage.maildir(account);
            if (seed % 5 == 4) {
                storage.sync(MailDirectory.NEW);
            }
            account.losePower(new SplittableRandom(seed));
            List<Integer> sizes =
                    List.of(
                            account.names(MailDirectory.NEW).size(),
                            account.names(MailDirectory.CUR).size());
            outcomes.add(sizes);
            if (seed % 5 == 4) {
                assertEquals(List.of(0, 1), sizes, "what was synced stays so");
            }
            assertTrue(account.find(inNew).isPresent() || account.find(inCur).isPresent());
            account.losePower(new SplittableRandom(seed + 1));
            assertEquals(sizes.get(0), account.names(MailDirectory.NEW).size(), "it is over");
        }
        // Both there, moved, and moved with the old name back; and each with the removed one or
        // not.
        assertEquals(
                Set.of(List.of(1, 0), List.of(2, 0), List.of(0, 1), List.of(1, 1), List.of(2, 1)),
                outcomes);
    }

    @Test
    void powerTakesWhatWasNotSyncedOfFiles() {
        Set<Integer> sizes = new HashSet<>();
        for (int seed = 0; seed < 500; seed++) {
            MemoryFiles account = new MemoryFiles(clock).makeMaildir();
            account.put(MailDirectory.NEW, "synced", new byte[100]).sync();
            account.put(MailDirectory.NEW, "written", new byte[2_000]);
            account.losePower(new SplittableRandom(seed));
            for (MemoryFile file : account.list(MailDirectory.NEW)) {
                sizes.add(file.content().length);
            }
        }
        assertEquals(Set.of(100, 0, 512, 1_024, 1_536, 2_000), sizes);
    }

    @Test
    void powerMayLeaveTheLengthOfWhatItTook() {
        Set<String> left = new HashSet<>();
        for (int seed = 0; seed < 500; seed++) {
            MemoryFile file = files.newFile(octets("a")).sync();
            assertTrue(file.isSynced());
            file.append(octets("b")).append(octets("c"));
            assertFalse(file.isSynced());
            file.losePower(new SplittableRandom(seed));
            assertTrue(file.isSynced());
            left.add(text(file.content()));
        }
        assertEquals(Set.of("a", "ab", "abc", "a\0", "a\0c", "a\0\0", "ab\0"), left);
    }

    @Test
    void timesComeFromTheCoarseClock() throws Exception {
        MemoryFile file = files.mailbox(files.newFile(octets("a")));
        FileStatus before = file.status();
        file.append(octets("b"));
        assertEquals(before.modifiedNanos(), file.status().modifiedNanos());
        clock.tick();
        file.permissions(0640);
        assertEquals(before.modifiedNanos(), file.status().modifiedNanos());
        assertEquals(
                before.changedNanos() + ManualClock.DEFAULT_TICK_NANOS,
                file.status().changedNanos());
        files.granularityNanos(1_000_000_000);
        file.append(octets("c"));
        assertEquals(0, file.status().modifiedNanos() % 1_000_000_000);
    }

    @Test
    void readOnlyHandleRefusesToWriteAndToLockForWriting() throws Exception {
        files.mailbox(files.newFile(octets("a")));
        try (FileHandle handle = mbox.openMailbox().orElseThrow()) {
            assertErrno(Errno.EBADF, () -> handle.write(direct("x"), 0));
            assertErrno(Errno.EINVAL, () -> handle.truncate(0));
            assertErrno(Errno.EBADF, () -> handle.tryLock(LockMode.EXCLUSIVE, BOTH));
            assertTrue(handle.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FLOCK)));
        }
    }

    @Test
    void locksExcludeOtherDescriptionsOfTheSameKind() throws Exception {
        MemoryFile file = files.mailbox(files.newFile(octets("a")));
        try (FileHandle one = mbox.openMailbox().orElseThrow();
                FileHandle two = mbox.openMailbox().orElseThrow();
                FileHandle writer = file.open(true)) {
            assertTrue(one.tryLock(LockMode.SHARED, BOTH));
            assertTrue(two.tryLock(LockMode.SHARED, BOTH));
            assertFalse(writer.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FCNTL)));
            two.unlock();
            assertEquals(1, mbox.heldLocks());
            one.unlock();
            assertTrue(writer.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FLOCK)));
            assertFalse(one.tryLock(LockMode.SHARED, BOTH));
            assertTrue(
                    writer.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FCNTL)),
                    "what the failed attempt took is released");
        }
        assertFalse(file.isLocked());
    }

    @Test
    void failedConversionLosesTheFlockAsOnLinux() throws Exception {
        MemoryFile file = files.mailbox(files.newFile(octets("a")));
        try (FileHandle one = file.open(true);
                FileHandle two = file.open(true)) {
            assertTrue(one.tryLock(LockMode.SHARED, Set.of(LockKind.FLOCK)));
            assertTrue(two.tryLock(LockMode.SHARED, Set.of(LockKind.FLOCK)));
            assertFalse(one.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FLOCK)));
            assertTrue(two.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FLOCK)));
        }
    }

    @Test
    void duplicatesShareLocksUntilTheLastIsClosed() throws Exception {
        MemoryFile file = files.mailbox(files.newFile(octets("a")));
        FileHandle one = mbox.openMailbox().orElseThrow();
        FileHandle two = one.duplicate();
        assertTrue(one.tryLock(LockMode.SHARED, BOTH));
        one.close();
        one.close();
        assertTrue(file.isLocked());
        assertEquals(1, mbox.openHandles());
        assertErrno(Errno.EBADF, one::status);
        two.close();
        assertFalse(file.isLocked());
        assertEquals(0, mbox.openHandles());
    }

    @Test
    void hostileFilesAreNotOpened() {
        MemoryFile file = files.mailbox(files.newFile(octets("a")));
        file.type(FileType.FIFO);
        assertKind(StorageException.Kind.NOT_PERMITTED, mbox::openMailbox);
        file.type(FileType.REGULAR).links(2);
        assertKind(StorageException.Kind.NOT_PERMITTED, mbox::openMailbox);
        file.links(1).owner(0);
        assertKind(StorageException.Kind.NOT_PERMITTED, mbox::openMailbox);
    }

    @Test
    void updateWantsTheSameFile() {
        MemoryFile file = files.mailbox(files.newFile(octets("a")));
        FileStatus seen = file.status();
        files.mailbox(files.newFile(octets("a")));
        assertKind(StorageException.Kind.CHANGED, () -> mbox.openForUpdate(seen));
        files.removeMailbox();
        assertKind(StorageException.Kind.MISSING, () -> mbox.openForUpdate(seen));
    }

    @Test
    void otherFormatsCallsAreRefused() {
        files.makeMaildir();
        assertKind(StorageException.Kind.NOT_PERMITTED, () -> mbox.list(MailDirectory.NEW, 0));
        assertKind(StorageException.Kind.NOT_PERMITTED, maildir::openMailbox);
    }

    @Test
    void listingGoesOnWhereItWasWhateverIsRemoved() throws Exception {
        assertKind(StorageException.Kind.MISSING, () -> maildir.list(MailDirectory.NEW, 0));
        files.makeMaildir();
        for (int i = 0; i < 5; i++) {
            files.put(MailDirectory.NEW, "m" + i, octets("x"));
        }
        maildir.pageSize(2);
        List<String> names = new ArrayList<>();
        EntryPage page = maildir.list(MailDirectory.NEW, 0);
        page.entries().forEach(entry -> names.add(entry.name().toString()));
        files.remove(entry(MailDirectory.NEW, "m0"));
        files.remove(entry(MailDirectory.NEW, "m2"));
        while (page.next().isPresent()) {
            page = maildir.list(MailDirectory.NEW, page.next().getAsLong());
            page.entries().forEach(entry -> names.add(entry.name().toString()));
        }
        assertEquals(List.of("m0", "m1", "m3", "m4"), names);
    }

    @Test
    void batchesAnswerEachEntry() throws Exception {
        files.makeMaildir();
        files.put(MailDirectory.NEW, "a", octets("x"));
        files.put(MailDirectory.NEW, "b", octets("y"));
        files.put(MailDirectory.CUR, "b", octets("z"));
        MailEntry a = entry(MailDirectory.NEW, "a");
        MailEntry b = entry(MailDirectory.NEW, "b");
        MailEntry none = entry(MailDirectory.NEW, "none");
        assertEquals(
                List.of(EntryResult.DONE, EntryResult.EXISTS, EntryResult.MISSING),
                maildir.rename(
                        List.of(
                                new Renaming(a, entry(MailDirectory.CUR, "a")),
                                new Renaming(b, entry(MailDirectory.CUR, "b")),
                                new Renaming(none, entry(MailDirectory.CUR, "none")))));
        assertEquals(List.of(EntryResult.MISSING, EntryResult.DONE), maildir.unlink(List.of(a, b)));
        List<Opened> opened = maildir.open(List.of(a, entry(MailDirectory.CUR, "a")));
        assertEquals(new Opened.Failed(StorageException.Kind.MISSING), opened.get(0));
        assertEquals(1, maildir.openHandles());
        assertThrows(
                IllegalArgumentException.class, () -> maildir.unlink(Collections.nCopies(33, a)));
    }

    @Test
    void createsOnce() throws Exception {
        files.makeMaildir();
        MailEntry entry = entry(MailDirectory.TMP, "t");
        try (FileHandle handle = maildir.create(entry)) {
            handle.write(direct("mail"), 0);
        }
        assertKind(StorageException.Kind.EXISTS, () -> maildir.create(entry));
        assertEquals("mail", text(files.find(entry).orElseThrow().content()));
        mbox.createMailbox();
        assertKind(StorageException.Kind.EXISTS, mbox::createMailbox);
    }

    @Test
    void nthCallFails() throws Exception {
        MemoryFile file = files.mailbox(files.newFile(octets("0123456789")));
        mbox.faults()
                .fail(CallKind.READ, 2, Errno.EIO)
                .fail(CallKind.OPEN_MAILBOX, 1, Errno.EACCES);
        assertKind(StorageException.Kind.NOT_PERMITTED, mbox::openMailbox);
        try (FileHandle handle = mbox.openForUpdate(file.status())) {
            mbox.faults().shortReads(3);
            assertEquals(3, handle.read(ByteBuffer.allocateDirect(10), 0));
            assertErrno(Errno.EIO, () -> handle.read(ByteBuffer.allocateDirect(10), 3));
            assertEquals(3, handle.read(ByteBuffer.allocateDirect(10), 3));
            mbox.faults().shortWrite(1, 2, Errno.ENOSPC);
            ByteBuffer source = direct("abcd");
            assertErrno(Errno.ENOSPC, () -> handle.write(source, 0));
            assertEquals(2, source.remaining());
            assertEquals("ab23456789", text(file.content()));
        }
        assertEquals(3, mbox.faults().count(CallKind.READ));
    }

    @Test
    void entryOrWholeBatchFails() throws Exception {
        files.makeMaildir();
        List<MailEntry> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            files.put(MailDirectory.NEW, "m" + i, octets("x"));
            all.add(entry(MailDirectory.NEW, "m" + i));
        }
        maildir.faults().fail(CallKind.UNLINK, 2, Errno.EIO);
        assertEquals(
                List.of(EntryResult.DONE, EntryResult.FAILED), maildir.unlink(all.subList(0, 2)));
        maildir.faults().fail(CallKind.OPEN, 3, StorageException.Kind.UNAVAILABLE);
        assertKind(StorageException.Kind.UNAVAILABLE, () -> maildir.open(all.subList(1, 4)));
        assertEquals(0, maildir.openHandles());
    }

    @Test
    void killedProcessDoesNothingMore() throws Exception {
        MemoryFile file = files.mailbox(files.newFile(octets("0123456789")));
        FileHandle handle = mbox.openForUpdate(file.status());
        mbox.faults().killAt(2);
        handle.write(direct("a"), 0);
        assertTrue(handle.tryLock(LockMode.EXCLUSIVE, BOTH));
        assertThrows(KilledException.class, () -> handle.write(direct("b"), 1));
        assertThrows(KilledException.class, handle::status);
        assertThrows(KilledException.class, mbox::openMailbox);
        assertEquals("a123456789", text(file.content()));
        handle.close();
        assertFalse(file.isLocked());
    }

    @Test
    void tornWriteIsHalfDone() throws Exception {
        MemoryFile file = files.mailbox(files.newFile(octets("0123456789")));
        FileHandle handle = mbox.openForUpdate(file.status());
        mbox.faults().tearAt(1);
        assertThrows(KilledException.class, () -> handle.write(direct("abcd"), 0));
        assertEquals("ab23456789", text(file.content()));
        assertTrue(mbox.faults().killed());
        handle.close();
    }

    @Test
    void tornUnlinkIsDone() {
        files.makeMaildir();
        files.put(MailDirectory.NEW, "m", octets("x"));
        maildir.faults().tearAt(1);
        MailEntry entry = entry(MailDirectory.NEW, "m");
        assertThrows(KilledException.class, () -> maildir.unlink(List.of(entry)));
        assertEquals(Optional.empty(), files.find(entry));
    }

    @Test
    void hooksChangeFilesUnderneath() throws Exception {
        MemoryFile file = files.mailbox(files.newFile(octets("old")));
        FileHandle handle = mbox.openMailbox().orElseThrow();
        mbox.faults()
                .before(
                        call -> {
                            if (call.kind() == CallKind.READ) {
                                file.content(octets("new"));
                            }
                        });
        ByteBuffer target = ByteBuffer.allocateDirect(3);
        handle.read(target, 0);
        byte[] read = new byte[3];
        target.flip().get(read);
        assertArrayEquals(octets("new"), read);
        handle.close();
    }

    private interface Action {
        void run() throws Exception;
    }

    private static void assertErrno(Errno errno, Action action) {
        assertEquals(errno, assertThrows(PosixException.class, action::run).errno());
    }

    private static void assertKind(StorageException.Kind kind, Action action) {
        assertEquals(kind, assertThrows(StorageException.class, action::run).kind());
    }

    private static MailEntry entry(MailDirectory directory, String name) {
        return new MailEntry(directory, FileName.of(name));
    }

    private static ByteBuffer direct(String text) {
        return ByteBuffer.allocateDirect(text.length()).put(octets(text)).flip();
    }

    private static byte[] octets(String text) {
        return text.getBytes(US_ASCII);
    }

    private static String text(byte[] octets) {
        return new String(octets, US_ASCII);
    }
}

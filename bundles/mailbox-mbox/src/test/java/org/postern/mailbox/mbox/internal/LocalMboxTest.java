package org.postern.mailbox.mbox.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.testkit.mailbox.OpenedMailbox;
import org.postern.testkit.posix.OtherProgram;

/** On real files: what a file system and other processes do that memory cannot. */
class LocalMboxTest {
    private static final String FILE =
            "From a\nReceived: 1\n\none\n\nFrom b\nReceived: 2\n\ntwo\n\n";
    private static final String SECOND = FILE.substring(FILE.indexOf("From b"));

    @TempDir Path temporary;
    private LocalMbox mbox;

    @BeforeEach
    void deliver() throws IOException {
        mbox = new LocalMbox(temporary, "lockTimeout", "1");
        Files.write(mbox.path(), FILE.getBytes(ISO_8859_1));
        // Long ago, so that nothing waits for a tick that the test did not make.
        Files.setLastModifiedTime(
                mbox.path(), FileTime.from(Instant.parse("2020-01-01T00:00:00.123456789Z")));
    }

    private String text() throws IOException {
        return new String(mbox.content(), ISO_8859_1);
    }

    private MailboxException failsToOpen() {
        return assertThrows(MailboxException.class, () -> OpenedMailbox.open(mbox));
    }

    @Test
    void sessionWithoutDeletionLeavesOctetsAndTimes() throws Exception {
        String attributes = "unix:size,lastModifiedTime,ctime,ino,mode";
        Map<String, Object> before = Files.readAttributes(mbox.path(), attributes);
        try (OpenedMailbox opened = OpenedMailbox.open(mbox)) {
            opened.stored(0);
            opened.stored(1);
            opened.finish(opened.mailbox().check());
            opened.expunge(MemoryMbox.bits());
            opened.finish(opened.mailbox().acknowledge());
        }
        assertEquals(before, Files.readAttributes(mbox.path(), attributes));
        assertEquals(FILE, text());
    }

    @Test
    void rewriteKeepsInodeOwnerAndMode() throws Exception {
        Files.setPosixFilePermissions(mbox.path(), PosixFilePermissions.fromString("rw-rw----"));
        Map<String, Object> before = Files.readAttributes(mbox.path(), "unix:ino,uid,gid,mode");
        try (OpenedMailbox opened = OpenedMailbox.open(mbox)) {
            opened.expunge(MemoryMbox.bits(0));
        }
        assertEquals(before, Files.readAttributes(mbox.path(), "unix:ino,uid,gid,mode"));
        assertEquals(SECOND, text());
    }

    @Test
    void freshFileIsOpenedAfterATick() throws Exception {
        Files.write(mbox.path(), FILE.getBytes(ISO_8859_1));
        try (OpenedMailbox opened = OpenedMailbox.open(mbox)) {
            mbox.write(FILE.indexOf("one"), (byte) 'O');
            assertEquals(Kind.CHANGED, opened.fails(opened.mailbox().check()));
        }
    }

    @Test
    void renamedOverIsAChange() throws Exception {
        try (OpenedMailbox opened = OpenedMailbox.open(mbox)) {
            Path copy = Files.copy(mbox.path(), temporary.resolve("copy"));
            Files.move(copy, mbox.path(), StandardCopyOption.ATOMIC_MOVE);
            assertEquals(Kind.CHANGED, opened.fails(opened.mailbox().check()));
            assertEquals(Kind.CHANGED, opened.fails(opened.mailbox().expunge(MemoryMbox.bits(0))));
        }
        assertEquals(FILE, text());
    }

    @Test
    void renamedAwayAndRemovedAreChanges() throws Exception {
        try (OpenedMailbox opened = OpenedMailbox.open(mbox);
                OpenedMailbox other = OpenedMailbox.open(mbox)) {
            Path elsewhere = temporary.resolve("elsewhere");
            Files.move(mbox.path(), elsewhere);
            assertEquals(Kind.CHANGED, opened.fails(opened.mailbox().read(0)));
            Files.delete(elsewhere);
            assertEquals(Kind.CHANGED, other.fails(other.mailbox().expunge(MemoryMbox.bits(0))));
        }
    }

    @Test
    void linksDirectoriesAndSecondNamesAreNotPermitted() throws Exception {
        Path real = Files.move(mbox.path(), temporary.resolve("real"));
        Files.createSymbolicLink(mbox.path(), real);
        assertEquals(Kind.NOT_PERMITTED, failsToOpen().kind());
        Files.delete(mbox.path());
        Files.createLink(mbox.path(), real);
        assertEquals(Kind.NOT_PERMITTED, failsToOpen().kind());
        Files.delete(mbox.path());
        Files.createDirectory(mbox.path());
        assertEquals(Kind.NOT_PERMITTED, failsToOpen().kind());
        assertEquals(FILE, Files.readString(real));
    }

    @Test
    void otherProgramsExclusiveLockIsInUse() throws Exception {
        for (LockKind kind : LockKind.values()) {
            // One that is known needs no lock.
            deliver();
            try (OtherProgram other = OtherProgram.locking(kind, LockMode.EXCLUSIVE, mbox.path())) {
                assertTrue(other.isLocked());
                assertEquals(Kind.IN_USE, failsToOpen().kind(), kind.toString());
            }
            OpenedMailbox.open(mbox).close();
        }
    }

    @Test
    void otherProgramsSharedLockHindersTheUpdateAlone() throws Exception {
        for (LockKind kind : LockKind.values()) {
            try (OtherProgram other = OtherProgram.locking(kind, LockMode.SHARED, mbox.path());
                    OpenedMailbox opened = OpenedMailbox.open(mbox)) {
                assertTrue(other.isLocked());
                opened.stored(0);
                assertEquals(
                        Kind.IN_USE, opened.fails(opened.mailbox().expunge(MemoryMbox.bits(0))));
            }
            assertEquals(FILE, text());
        }
    }

    @Test
    void otherProgramsCanLockWhileASessionIsIdle() throws Exception {
        try (OpenedMailbox opened = OpenedMailbox.open(mbox)) {
            opened.stored(0);
            for (LockKind kind : LockKind.values()) {
                try (OtherProgram other =
                        OtherProgram.locking(kind, LockMode.EXCLUSIVE, mbox.path())) {
                    assertTrue(other.isLocked(), kind.toString());
                }
            }
        }
    }

    @Test
    void otherProgramsCannotLockWhileATickIsWaitedOut() throws Exception {
        // The future counts as now, however slow this test is.
        Files.setLastModifiedTime(
                mbox.path(), FileTime.from(Instant.parse("2100-01-01T00:00:00Z")));
        try (Operation<Mailbox> opening = opening()) {
            assertTrue(opening.advance() instanceof Step.Wait<Mailbox>);
            for (LockKind kind : LockKind.values()) {
                try (OtherProgram other =
                        OtherProgram.locking(kind, LockMode.EXCLUSIVE, mbox.path())) {
                    assertFalse(other.isLocked(), kind.toString());
                }
            }
        }
        try (OtherProgram other =
                OtherProgram.locking(LockKind.FCNTL, LockMode.EXCLUSIVE, mbox.path())) {
            assertTrue(other.isLocked(), "given up, released");
        }
    }

    private Operation<Mailbox> opening() {
        return mbox.format().open(mbox.storage(), MailboxBounds.NONE, Optional.empty());
    }

    @Test
    void parallelSessionsExcludeEachOthersUpdatesOnly() throws Exception {
        try (OpenedMailbox one = OpenedMailbox.open(mbox);
                OpenedMailbox two = OpenedMailbox.open(mbox)) {
            assertArrayEquals(one.stored(1), two.stored(1));
            one.expunge(MemoryMbox.bits(0));
            assertEquals(Kind.CHANGED, two.fails(two.mailbox().check()));
            assertEquals(Kind.CHANGED, two.fails(two.mailbox().expunge(MemoryMbox.bits(1))));
        }
        assertEquals(SECOND, text());
    }

    @Test
    void largeLineAndManyMessagesGoThroughWhole() throws Exception {
        StringBuilder file = new StringBuilder("From a\nSubject: large\n\n");
        file.append("0123456789".repeat(1_500_000)).append("\n\n");
        for (int i = 0; i < 5000; i++) {
            file.append("From b\nReceived: ").append(i).append("\n\nbody\n\n");
        }
        Files.write(mbox.path(), file.toString().getBytes(ISO_8859_1));
        try (OpenedMailbox opened = OpenedMailbox.open(mbox)) {
            assertEquals(5001, opened.snapshot().count());
            assertEquals(15_000_000 + 20, opened.snapshot().octets(0));
            opened.expunge(MemoryMbox.bits(1, 4999));
        }
        String expected =
                file.toString()
                        .replace("From b\nReceived: 0\n\nbody\n\n", "")
                        .replace("From b\nReceived: 4998\n\nbody\n\n", "");
        assertTrue(expected.equals(text()));
    }
}

package org.postern.testkit.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.testkit.posix.PosixContract.assertErrno;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;

/** What {@link FileHandle} promises of its locks. */
public abstract class FileLockContract {
    private static final Set<LockKind> BOTH = EnumSet.allOf(LockKind.class);
    private static final FileName FILE = FileName.of("file");

    @TempDir Path temporary;
    private Path file;
    private DirectoryHandle directory;

    /** The implementation under test. */
    public abstract Posix posix() throws IOException;

    @BeforeEach
    void open() throws IOException {
        file = Files.writeString(temporary.resolve("file"), "content");
        directory = posix().openDirectory(temporary);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    private FileHandle open(OpenMode mode) throws PosixException {
        return directory.open(FILE, mode);
    }

    @Test
    void exclusiveExcludesOtherDescriptionsOfThisProcess() throws IOException {
        for (LockKind kind : LockKind.values()) {
            try (FileHandle one = open(OpenMode.READ_WRITE);
                    FileHandle two = open(OpenMode.READ_WRITE)) {
                assertTrue(one.tryLock(LockMode.EXCLUSIVE, Set.of(kind)), "" + kind);
                assertFalse(two.tryLock(LockMode.EXCLUSIVE, Set.of(kind)), "" + kind);
                assertFalse(two.tryLock(LockMode.SHARED, Set.of(kind)), "" + kind);
                one.unlock();
                assertTrue(two.tryLock(LockMode.EXCLUSIVE, Set.of(kind)), "" + kind);
            }
        }
    }

    @Test
    void sharedLetsOthersShare() throws IOException {
        for (LockKind kind : LockKind.values()) {
            try (FileHandle one = open(OpenMode.READ);
                    FileHandle two = open(OpenMode.READ);
                    FileHandle writer = open(OpenMode.READ_WRITE)) {
                assertTrue(one.tryLock(LockMode.SHARED, Set.of(kind)), "" + kind);
                assertTrue(two.tryLock(LockMode.SHARED, Set.of(kind)), "" + kind);
                assertFalse(writer.tryLock(LockMode.EXCLUSIVE, Set.of(kind)), "" + kind);
                one.unlock();
                assertFalse(writer.tryLock(LockMode.EXCLUSIVE, Set.of(kind)), "" + kind);
                two.unlock();
                assertTrue(writer.tryLock(LockMode.EXCLUSIVE, Set.of(kind)), "" + kind);
            }
        }
    }

    @Test
    void kindsDoNotConflictWithEachOther() throws IOException {
        try (FileHandle one = open(OpenMode.READ_WRITE);
                FileHandle two = open(OpenMode.READ_WRITE)) {
            assertTrue(one.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FCNTL)));
            assertTrue(two.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FLOCK)));
        }
    }

    @Test
    void oneThatCannotBeHadReleasesTheOther() throws IOException {
        for (LockKind busy : LockKind.values()) {
            EnumSet<LockKind> free = EnumSet.complementOf(EnumSet.of(busy));
            try (FileHandle holder = open(OpenMode.READ_WRITE);
                    FileHandle seeker = open(OpenMode.READ_WRITE);
                    FileHandle third = open(OpenMode.READ_WRITE)) {
                assertTrue(holder.tryLock(LockMode.EXCLUSIVE, Set.of(busy)), "" + busy);
                assertFalse(seeker.tryLock(LockMode.EXCLUSIVE, BOTH), "" + busy);
                assertTrue(third.tryLock(LockMode.EXCLUSIVE, free), "" + busy);
            }
        }
    }

    @Test
    void lockingAgainReplacesTheMode() throws IOException {
        try (FileHandle one = open(OpenMode.READ_WRITE);
                FileHandle two = open(OpenMode.READ)) {
            assertTrue(one.tryLock(LockMode.EXCLUSIVE, BOTH));
            assertFalse(two.tryLock(LockMode.SHARED, BOTH));
            assertTrue(one.tryLock(LockMode.SHARED, BOTH));
            assertTrue(two.tryLock(LockMode.SHARED, BOTH));
            two.unlock();
            assertTrue(one.tryLock(LockMode.EXCLUSIVE, BOTH));
            assertFalse(two.tryLock(LockMode.SHARED, BOTH));
        }
    }

    @Test
    void locksConflictWithOtherPrograms() throws Exception {
        for (LockKind kind : LockKind.values()) {
            try (FileHandle handle = open(OpenMode.READ_WRITE)) {
                try (OtherProgram program = OtherProgram.locking(kind, LockMode.EXCLUSIVE, file)) {
                    assertTrue(program.isLocked(), "" + kind);
                    assertFalse(handle.tryLock(LockMode.EXCLUSIVE, Set.of(kind)), "" + kind);
                    assertFalse(handle.tryLock(LockMode.SHARED, Set.of(kind)), "" + kind);
                }
                assertTrue(handle.tryLock(LockMode.EXCLUSIVE, Set.of(kind)), "" + kind);
                try (OtherProgram program = OtherProgram.locking(kind, LockMode.SHARED, file)) {
                    assertFalse(program.isLocked(), "" + kind);
                }
                handle.unlock();
                try (OtherProgram program = OtherProgram.locking(kind, LockMode.EXCLUSIVE, file)) {
                    assertTrue(program.isLocked(), "" + kind);
                }
            }
        }
    }

    @Test
    void duplicateKeepsTheLocks() throws IOException {
        FileHandle first = open(OpenMode.READ_WRITE);
        try (FileHandle other = open(OpenMode.READ_WRITE)) {
            assertTrue(first.tryLock(LockMode.EXCLUSIVE, BOTH));
            FileHandle second = first.duplicate();
            assertTrue(second.tryLock(LockMode.EXCLUSIVE, BOTH), "they are its own");
            first.close();
            assertFalse(other.tryLock(LockMode.SHARED, BOTH));
            second.close();
            assertTrue(other.tryLock(LockMode.SHARED, BOTH));
        }
    }

    @Test
    void duplicateCanUnlock() throws IOException {
        try (FileHandle first = open(OpenMode.READ_WRITE);
                FileHandle second = first.duplicate();
                FileHandle other = open(OpenMode.READ_WRITE)) {
            assertTrue(first.tryLock(LockMode.EXCLUSIVE, BOTH));
            second.unlock();
            assertTrue(other.tryLock(LockMode.EXCLUSIVE, BOTH));
        }
    }

    @Test
    void closingAnotherDescriptionLosesNothing() throws IOException {
        try (FileHandle holder = open(OpenMode.READ_WRITE);
                FileHandle other = open(OpenMode.READ_WRITE)) {
            assertTrue(holder.tryLock(LockMode.EXCLUSIVE, BOTH));
            open(OpenMode.READ).close();
            assertEquals("content", Files.readString(file));
            assertFalse(other.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FCNTL)));
            assertFalse(other.tryLock(LockMode.EXCLUSIVE, Set.of(LockKind.FLOCK)));
        }
    }

    @Test
    void closingReleases() throws IOException {
        FileHandle holder = open(OpenMode.READ_WRITE);
        assertTrue(holder.tryLock(LockMode.EXCLUSIVE, BOTH));
        holder.close();
        try (FileHandle other = open(OpenMode.READ_WRITE)) {
            assertTrue(other.tryLock(LockMode.EXCLUSIVE, BOTH));
        }
    }

    @Test
    void exclusiveFcntlLockNeedsWriting() throws IOException {
        try (FileHandle reader = open(OpenMode.READ);
                FileHandle other = open(OpenMode.READ_WRITE)) {
            assertErrno(Errno.EBADF, () -> reader.tryLock(LockMode.EXCLUSIVE, BOTH));
            assertTrue(other.tryLock(LockMode.EXCLUSIVE, BOTH), "nothing is left of it");
        }
    }

    @Test
    void unlockingWithoutLockDoesNothing() throws IOException {
        try (FileHandle handle = open(OpenMode.READ)) {
            handle.unlock();
            assertTrue(handle.tryLock(LockMode.SHARED, BOTH));
            handle.unlock();
            handle.unlock();
        }
    }
}

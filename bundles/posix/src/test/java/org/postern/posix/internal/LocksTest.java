package org.postern.posix.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.api.posix.OpenMode;

final class LocksTest {
    @Test
    void failedConversionLeavesNoLockBehind(@TempDir Path temporary) throws Exception {
        Files.createFile(temporary.resolve("file"));
        FileName name = FileName.of("file");
        for (LockKind kind : LockKind.values()) {
            try (DirectoryHandle directory =
                            new SystemPosix(Path.of("target", "posix")).openDirectory(temporary);
                    FileHandle one = directory.open(name, OpenMode.READ_WRITE);
                    FileHandle two = directory.open(name, OpenMode.READ_WRITE)) {
                assertTrue(one.tryLock(LockMode.SHARED, Set.of(kind)), "" + kind);
                assertTrue(two.tryLock(LockMode.SHARED, Set.of(kind)), "" + kind);
                assertFalse(one.tryLock(LockMode.EXCLUSIVE, Set.of(kind)), "" + kind);
                assertTrue(two.tryLock(LockMode.EXCLUSIVE, Set.of(kind)), "" + kind);
            }
        }
    }
}

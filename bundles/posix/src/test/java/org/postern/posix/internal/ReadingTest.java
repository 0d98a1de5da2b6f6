package org.postern.posix.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.PosixException;

final class ReadingTest {
    private static final int CALLS = 10_000;

    @Test
    void readingAllocatesNothing(@TempDir Path temporary) throws Exception {
        Files.writeString(temporary.resolve("file"), "content");
        ByteBuffer buffer = ByteBuffer.allocateDirect(16);
        try (DirectoryHandle directory =
                        new SystemPosix(Path.of("target", "posix")).openDirectory(temporary);
                FileHandle file = directory.open(FileName.of("file"), OpenMode.READ)) {
            read(file, buffer);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            read(file, buffer);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < CALLS, allocated + " octets for " + CALLS + " calls");
        }
    }

    private static void read(FileHandle file, ByteBuffer buffer) throws PosixException {
        for (int i = 0; i < CALLS; i++) {
            buffer.clear();
            assertEquals(7, file.read(buffer, 0));
        }
    }
}

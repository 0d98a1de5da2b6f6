package org.postern.testkit.posix;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.testkit.posix.PosixContract.assertErrno;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;

/** What {@link FileHandle} promises, save its locks. */
public abstract class FileHandleContract {
    private static final long FAR = 5L << 30;
    private static final int ROUNDS = 200;

    @TempDir Path temporary;
    private DirectoryHandle directory;

    /** The implementation under test. */
    public abstract Posix posix() throws IOException;

    @BeforeEach
    void open() throws IOException {
        directory = posix().openDirectory(temporary);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(temporary.resolve(name), content);
    }

    private FileHandle open(String name, OpenMode mode) throws PosixException {
        return directory.open(FileName.of(name), mode);
    }

    private static ByteBuffer space(int octets) {
        return ByteBuffer.allocateDirect(octets);
    }

    private static ByteBuffer direct(String text) {
        byte[] octets = text.getBytes(US_ASCII);
        return space(octets.length).put(octets).flip();
    }

    private static String text(ByteBuffer filled) {
        byte[] octets = new byte[filled.flip().remaining()];
        filled.get(octets);
        return new String(octets, US_ASCII);
    }

    @Test
    void timesAreInNanoseconds() throws Exception {
        Path file = write("file", "content");
        OtherProgram.run("touch", "-m", "-d", "2001-02-03 04:05:06.123456789 UTC", file.toString());
        Instant modified = Instant.parse("2001-02-03T04:05:06.123456789Z");
        try (FileHandle handle = open("file", OpenMode.READ)) {
            FileStatus status = handle.status();
            assertEquals(
                    modified.getEpochSecond() * 1_000_000_000L + modified.getNano(),
                    status.modifiedNanos());
            long changed = Files.getLastModifiedTime(temporary).to(TimeUnit.NANOSECONDS);
            assertTrue(status.changedNanos() >= changed, "stamped by touch");
        }
    }

    @Test
    void timesBeyondALongStayOnTheirSide() throws Exception {
        Path file = write("file", "content");
        OtherProgram.run("touch", "-m", "-d", "2300-01-01 00:00:00 UTC", file.toString());
        try (FileHandle handle = open("file", OpenMode.READ)) {
            assertTrue(handle.status().modifiedNanos() > posix().coarseClockNanos());
        }
    }

    @Test
    void readsFromAnywhereIntoWhatRemains() throws IOException {
        write("file", "0123456789");
        try (FileHandle handle = open("file", OpenMode.READ)) {
            ByteBuffer buffer = space(16).position(2).limit(6);
            assertEquals(4, handle.read(buffer, 3));
            assertEquals(6, buffer.position());
            assertEquals("\0\0" + "3456", text(buffer));
            buffer.clear();
            assertEquals(3, handle.read(buffer, 7));
            assertEquals("789", text(buffer));
            buffer.clear();
            assertEquals(10, handle.read(buffer, 0), "no file offset moves");
        }
    }

    @Test
    void threadsReadSideBySide() throws Exception {
        write("file", "0".repeat(4096) + "1".repeat(4096));
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (FileHandle handle = open("file", OpenMode.READ)) {
            Future<?> ones = other.submit(() -> readsAlways(handle, 4096, "1".repeat(4096)));
            readsAlways(handle, 0, "0".repeat(4096));
            ones.get();
        } finally {
            other.shutdown();
        }
    }

    @Test
    void threadsWriteWhatNobodyElseReads() throws Exception {
        write("file", "-".repeat(4 * ROUNDS));
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (FileHandle handle = open("file", OpenMode.READ_WRITE)) {
            Future<?> odd = other.submit(() -> writesEveryOther(handle, 2, "1x"));
            writesEveryOther(handle, 0, "0y");
            odd.get();
            ByteBuffer all = space(4 * ROUNDS);
            assertEquals(4 * ROUNDS, handle.read(all, 0));
            assertEquals("0y1x".repeat(ROUNDS), text(all));
        } finally {
            other.shutdown();
        }
    }

    private static Void writesEveryOther(FileHandle handle, long from, String octets)
            throws PosixException {
        for (int round = 0; round < ROUNDS; round++) {
            handle.write(direct(octets), from + 4L * round);
        }
        return null;
    }

    private static Void readsAlways(FileHandle handle, long position, String expected)
            throws PosixException {
        ByteBuffer buffer = space(expected.length());
        for (int round = 0; round < ROUNDS; round++) {
            assertEquals(expected.length(), handle.read(buffer.clear(), position));
            assertEquals(expected, text(buffer));
        }
        return null;
    }

    @Test
    void endOfFileIsMinusOne() throws IOException {
        write("file", "0123456789");
        try (FileHandle handle = open("file", OpenMode.READ)) {
            ByteBuffer buffer = space(4);
            assertEquals(-1, handle.read(buffer, 10));
            assertEquals(-1, handle.read(buffer, FAR));
            assertEquals(0, buffer.position());
        }
    }

    @Test
    void buffersThatCannotServeAreRefused() throws IOException {
        write("file", "0123456789");
        try (FileHandle handle = open("file", OpenMode.READ_WRITE)) {
            ByteBuffer readOnly = space(4).asReadOnlyBuffer();
            assertThrows(ReadOnlyBufferException.class, () -> handle.read(readOnly, 0));
            assertThrows(
                    IllegalArgumentException.class, () -> handle.read(ByteBuffer.allocate(4), 0));
            assertThrows(
                    IllegalArgumentException.class, () -> handle.write(ByteBuffer.allocate(4), 0));
            assertThrows(IllegalArgumentException.class, () -> handle.read(space(4), -1));
            assertThrows(IllegalArgumentException.class, () -> handle.write(space(4), -1));
            assertThrows(IllegalArgumentException.class, () -> handle.read(space(0), 0));
            assertEquals(0, readOnly.get(0));
        }
        assertEquals("0123456789", Files.readString(temporary.resolve("file")));
    }

    @Test
    void writesWhatRemainsAnywhere() throws IOException {
        Path file = write("file", "0123456789");
        try (FileHandle handle = open("file", OpenMode.READ_WRITE)) {
            ByteBuffer buffer = direct("abcdef").position(1).limit(4);
            handle.write(buffer, 8);
            assertEquals(4, buffer.position());
            assertEquals("01234567bcd", Files.readString(file));
            handle.write(space(0), 3);
            handle.truncate(9);
            handle.sync();
            assertEquals("01234567b", Files.readString(file));
        }
    }

    @Test
    void offsetsAreSixtyFourBit() throws IOException {
        write("file", "");
        try (FileHandle handle = open("file", OpenMode.READ_WRITE)) {
            handle.truncate(FAR);
            assertEquals(FAR, handle.status().size());
            handle.write(direct("far"), FAR - 2);
            assertEquals(FAR + 1, handle.status().size());
            ByteBuffer buffer = space(16);
            assertEquals(4, handle.read(buffer, FAR - 3));
            assertEquals("\0far", text(buffer));
        }
    }

    @Test
    void openForReadingWritesNothing() throws IOException {
        Path file = write("file", "0123456789");
        try (FileHandle handle = open("file", OpenMode.READ)) {
            assertErrno(Errno.EBADF, () -> handle.write(direct("x"), 0));
            assertThrows(PosixException.class, () -> handle.truncate(0));
        }
        assertEquals("0123456789", Files.readString(file));
    }

    @Test
    void changeIsSeenInTheStatus() throws IOException {
        Path file = write("file", "0123456789");
        try (FileHandle handle = open("file", OpenMode.READ)) {
            FileStatus before = handle.status();
            assertTrue(handle.status().isUnchangedSince(before));
            Files.writeString(file, "other");
            assertTrue(handle.status().isSameFile(before));
            assertFalse(handle.status().isUnchangedSince(before));
            Files.delete(file);
            assertEquals(0, handle.status().links());
            write("file", "0123456789");
            try (FileHandle second = open("file", OpenMode.READ)) {
                assertNotEquals(before.inode(), second.status().inode());
            }
        }
    }

    @Test
    void duplicateOutlivesTheFirst() throws IOException {
        write("file", "0123456789");
        FileHandle first = open("file", OpenMode.READ);
        try (FileHandle second = first.duplicate()) {
            first.close();
            first.close();
            assertEquals(10, second.status().size());
            assertErrno(Errno.EBADF, first::status);
        }
    }

    @Test
    void firstOutlivesTheDuplicate() throws IOException {
        write("file", "0123456789");
        try (FileHandle first = open("file", OpenMode.READ)) {
            FileHandle second = first.duplicate();
            second.close();
            second.close();
            assertEquals(10, first.status().size());
            assertErrno(Errno.EBADF, second::status);
        }
    }

    /** What was just written is in memory; whether the file system can tell is its own affair. */
    @Test
    void cachedReadGivesWhatReadGivesOrNothing() throws IOException {
        write("file", "0123456789");
        try (FileHandle handle = open("file", OpenMode.READ)) {
            ByteBuffer space = space(4);
            int count = handle.readCached(space, 3);
            assertTrue(count >= 0 && count <= 4, () -> "read " + count);
            assertEquals(count, space.position());
            assertEquals("3456".substring(0, count), text(space));
            assertTrue(handle.readCached(space(4), 10) <= 0);
            assertTrue(handle.readCached(space(4), 99) <= 0);
        }
    }

    @Test
    void closedIsClosed() throws IOException {
        write("file", "0123456789");
        FileHandle closed = open("file", OpenMode.READ_WRITE);
        closed.close();
        closed.close();
        // It most likely has the same number now.
        try (FileHandle next = open("file", OpenMode.READ_WRITE)) {
            assertErrno(Errno.EBADF, closed::status);
            assertErrno(Errno.EBADF, () -> closed.read(space(4), 0));
            assertErrno(Errno.EBADF, () -> closed.readCached(space(4), 0));
            assertErrno(Errno.EBADF, () -> closed.write(direct("x"), 0));
            assertErrno(Errno.EBADF, () -> closed.truncate(0));
            assertErrno(Errno.EBADF, closed::sync);
            assertErrno(
                    Errno.EBADF,
                    () -> closed.tryLock(LockMode.SHARED, Set.of(LockKind.FCNTL, LockKind.FLOCK)));
            assertErrno(Errno.EBADF, closed::unlock);
            assertErrno(Errno.EBADF, closed::duplicate);
            closed.close();
            assertEquals(10, next.status().size());
        }
    }

    @Test
    void closingUnderAReaderGivesItNobodyElsesFile() throws Exception {
        write("own", "A".repeat(64));
        write("foreign", "B".repeat(64));
        ExecutorService reader = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                FileHandle own = open("own", OpenMode.READ);
                CountDownLatch reading = new CountDownLatch(1);
                Future<Errno> end = reader.submit(() -> readUntilClosed(own, reading));
                assertTrue(reading.await(30, TimeUnit.SECONDS));
                own.close();
                try (FileHandle foreign = open("foreign", OpenMode.READ)) {
                    assertEquals(64, foreign.status().size());
                    assertEquals(Errno.EBADF, end.get(30, TimeUnit.SECONDS));
                }
            }
        } finally {
            reader.shutdownNow();
        }
    }

    private static Errno readUntilClosed(FileHandle own, CountDownLatch reading) {
        ByteBuffer buffer = space(64);
        while (true) {
            buffer.clear();
            try {
                own.read(buffer, 0);
            } catch (PosixException closed) {
                return closed.errno();
            }
            assertEquals('A', buffer.get(0));
            reading.countDown();
        }
    }
}

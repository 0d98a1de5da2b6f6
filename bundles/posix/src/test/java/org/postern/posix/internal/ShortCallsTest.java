package org.postern.posix.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.PosixException;

/**
 * Calls that do less than they were asked to, or are interrupted, or fail in the middle, as the
 * system's own do only when it likes. What they do, they do to a real file.
 */
final class ShortCallsTest {
    private static final int EINTR = -4;
    private static final int ENOSPC = -28;
    private static final int EDQUOT = -122;
    private static final int EIO = -5;

    private static final String BEFORE = "................";
    private static final String MAIL = "0123456789";
    private static final long POSITION = 3;

    @TempDir Path temporary;

    /** Each call does what is next: at most so many octets, or minus an errno; then all it can. */
    private static LibC doing(String function, Deque<Integer> script) throws IOException {
        return ChangedLibC.with(
                function,
                (arguments, real) -> {
                    Integer next = script.poll();
                    if (next != null && next < 0) {
                        ChangedLibC.fail(-next);
                        return -1L;
                    }
                    if (next != null) {
                        arguments[2] = Math.min(next, (long) arguments[2]);
                    }
                    return real.call(arguments);
                });
    }

    private interface Use {
        void of(FileHandle file) throws PosixException;
    }

    private String used(LibC libC, Use use) throws IOException {
        Path path = Files.writeString(temporary.resolve("file"), BEFORE);
        try (DirectoryHandle directory = new SystemPosix(libC).openDirectory(temporary);
                FileHandle file = directory.open(FileName.of("file"), OpenMode.READ_WRITE)) {
            use.of(file);
        }
        return Files.readString(path, ISO_8859_1);
    }

    /** What remains is not all there is of it: neither end is written. */
    private static ByteBuffer source() {
        byte[] octets = ("<" + MAIL + ">").getBytes(ISO_8859_1);
        return ByteBuffer.allocateDirect(octets.length)
                .put(octets)
                .position(1)
                .limit(1 + MAIL.length());
    }

    private static String written(int octets) {
        int from = (int) POSITION;
        return BEFORE.substring(0, from)
                + MAIL.substring(0, octets)
                + BEFORE.substring(from + octets);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 9, 10})
    void aShortWriteIsContinuedWhereItEnded(int most) throws IOException {
        Deque<Integer> script = new ArrayDeque<>(Collections.nCopies(MAIL.length(), most));
        ByteBuffer source = source();
        String file = used(doing("pwrite", script), it -> it.write(source, POSITION));
        assertEquals(written(MAIL.length()), file);
        assertEquals(source.limit(), source.position());
        int calls = (MAIL.length() + most - 1) / most;
        assertEquals(MAIL.length() - calls, script.size(), "calls that were not needed");
    }

    @Test
    void anInterruptedWriteIsContinuedWhereItEnded() throws IOException {
        Deque<Integer> script = script(EINTR, EINTR, 2, EINTR, 5, EINTR);
        ByteBuffer source = source();
        String file = used(doing("pwrite", script), it -> it.write(source, POSITION));
        assertEquals(written(MAIL.length()), file);
        assertEquals(source.limit(), source.position());
        assertEquals(List.of(), List.copyOf(script));
    }

    @ParameterizedTest
    @ValueSource(ints = {ENOSPC, EDQUOT, EIO})
    void aWriteThatFailsInTheMiddleTellsHowFarItCame(int error) throws IOException {
        for (int done = 0; done < MAIL.length(); done++) {
            // Whoever asked once more would be told that all is well.
            Deque<Integer> script = script(done / 2, done - done / 2, error);
            script.removeIf(octets -> octets == 0);
            ByteBuffer source = source();
            String file =
                    used(
                            doing("pwrite", script),
                            it -> {
                                PosixException failed =
                                        assertThrows(
                                                PosixException.class,
                                                () -> it.write(source, POSITION));
                                assertEquals(Errnos.of(-error), failed.errno());
                            });
            assertEquals(written(done), file);
            assertEquals(1 + done, source.position());
            assertEquals(1 + MAIL.length(), source.limit());
            assertEquals(List.of(), List.copyOf(script), "after " + done + " octets");
        }
    }

    @Test
    void aWriteOfNothingEndsAsAnError() throws IOException {
        ByteBuffer source = source();
        String file =
                used(
                        doing("pwrite", script(4, 0)),
                        it -> {
                            PosixException failed =
                                    assertThrows(
                                            PosixException.class, () -> it.write(source, POSITION));
                            assertEquals(Errno.EIO, failed.errno());
                        });
        assertEquals(written(4), file);
        assertEquals(1 + 4, source.position());
    }

    /** Who reads goes on himself: {@link FileHandle#read} promises no more than an octet. */
    @Test
    void aShortReadIsToldAndAnInterruptedOneBegunAnew() throws IOException {
        Deque<Integer> script = script(EINTR, 4, EINTR, EINTR, 1);
        ByteBuffer target = ByteBuffer.allocateDirect(8).position(1);
        used(
                doing("pread", script),
                it -> {
                    it.write(source(), 0);
                    assertEquals(4, it.read(target, 2));
                    assertEquals(1, it.read(target, 6));
                    assertEquals(2, it.read(target, 7));
                });
        assertEquals(8, target.position());
        byte[] octets = new byte[8];
        target.flip().get(octets);
        assertEquals("\0" + "2345678", new String(octets, ISO_8859_1));
        assertEquals(List.of(), List.copyOf(script));
    }

    @Test
    void aReadThatFailsReadsNothing() throws IOException {
        ByteBuffer target = ByteBuffer.allocateDirect(8);
        used(
                doing("pread", script(EINTR, EIO)),
                it -> {
                    PosixException failed =
                            assertThrows(PosixException.class, () -> it.read(target, 0));
                    assertEquals(Errno.EIO, failed.errno());
                });
        assertEquals(0, target.position());
    }

    private static Deque<Integer> script(Integer... calls) {
        return new ArrayDeque<>(Arrays.asList(calls));
    }
}

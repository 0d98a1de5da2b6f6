package org.postern.posix.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postern.api.posix.Errno;
import org.postern.api.posix.PosixException;

final class StatxTest {
    @BeforeAll
    static void load() throws Exception {
        NativeLibrary.load(Path.of("target", "posix"));
    }

    @Test
    void timesNeverWrap() {
        assertEquals(1_000_000_007L, Statx.nanos(1, 7));
        assertEquals(-999_999_993L, Statx.nanos(-1, 7));
        assertEquals(Long.MAX_VALUE, Statx.nanos(Long.MAX_VALUE, 999_999_999));
        assertEquals(Long.MAX_VALUE, Statx.nanos(9_223_372_036L, 999_999_999));
        assertEquals(9_223_372_035_999_999_999L, Statx.nanos(9_223_372_035L, 999_999_999));
        assertEquals(Long.MIN_VALUE, Statx.nanos(Long.MIN_VALUE, 0));
        assertEquals(Long.MIN_VALUE, Statx.nanos(-9_223_372_036L, 0));
    }

    @Test
    void answerWithAGapIsRefused() {
        try (NativeMemory empty = NativeMemory.ofSize(Statx.SIZE)) {
            PosixException failed = assertThrows(PosixException.class, () -> Statx.read(empty));
            assertEquals(Errno.OTHER, failed.errno());
        }
    }
}

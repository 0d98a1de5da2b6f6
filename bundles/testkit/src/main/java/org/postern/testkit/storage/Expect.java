package org.postern.testkit.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.function.Executable;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;
import org.postern.api.storage.StorageException;

/** What both contracts expect. */
final class Expect {
    private static final int LONGEST = 1024;

    private Expect() {}

    static StorageException failure(StorageException.Kind kind, Executable call) {
        StorageException failed = assertThrows(StorageException.class, call);
        assertEquals(kind, failed.kind(), failed.getMessage());
        return failed;
    }

    static void errno(Errno errno, Executable call) {
        assertEquals(errno, assertThrows(PosixException.class, call).errno());
    }

    static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }

    static ByteBuffer direct(String text) {
        byte[] octets = octets(text);
        return ByteBuffer.allocateDirect(octets.length).put(octets).flip();
    }

    static String content(FileHandle handle) throws PosixException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(LONGEST);
        long position = 0;
        int count;
        while ((count = handle.read(buffer, position)) > 0) {
            position += count;
            assertTrue(buffer.hasRemaining(), "a test's file is short");
        }
        byte[] octets = new byte[buffer.flip().remaining()];
        buffer.get(octets);
        return new String(octets, ISO_8859_1);
    }
}

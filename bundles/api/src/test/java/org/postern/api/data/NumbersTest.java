package org.postern.api.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/** Wherever a block ends, each number is read, and each octet is looked at. */
class NumbersTest {
    private static final int[] BLOCKS = {8, 16, 24, 40};

    private static ByteBuffer block(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A file that is written at its end alone. */
    private static FileHandle written(ByteArrayOutputStream octets) {
        return handle(
                (method, buffer, position) -> {
                    assertEquals("write", method);
                    assertEquals(octets.size(), position);
                    while (buffer.hasRemaining()) {
                        octets.write(buffer.get());
                    }
                    return null;
                });
    }

    /** A file of which no read gives more than some octets. */
    private static FileHandle read(byte[] octets, int most) {
        return handle(
                (method, buffer, position) -> {
                    assertEquals("read", method);
                    int at = (int) position;
                    int count = Math.min(most, Math.min(buffer.remaining(), octets.length - at));
                    if (count <= 0) {
                        return -1;
                    }
                    buffer.put(octets, at, count);
                    return count;
                });
    }

    private interface Call {
        Object made(String method, ByteBuffer buffer, long position);
    }

    private static FileHandle handle(Call call) {
        return (FileHandle)
                Proxy.newProxyInstance(
                        NumbersTest.class.getClassLoader(),
                        new Class<?>[] {FileHandle.class},
                        (proxy, method, arguments) ->
                                call.made(
                                        method.getName(),
                                        (ByteBuffer) arguments[0],
                                        (long) arguments[1]));
    }

    private static byte[] file(int numbers, int block) throws PosixException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        NumberOutput out = new NumberOutput(written(octets), 0, block(block));
        for (int i = 0; i < numbers; i++) {
            out.put(number(i));
        }
        out.end();
        assertEquals(octets.size(), out.position());
        assertEquals(IndexDirectory.size(numbers), octets.size());
        return octets.toByteArray();
    }

    private static long number(int at) {
        return 0x0123_4567_89AB_CDEFL * (at + 1);
    }

    private static Optional<Long> end(byte[] octets, int numbers, int block, int most)
            throws PosixException {
        NumberInput in = new NumberInput(read(octets, most), 0, block(block));
        for (int i = 0; i < numbers; i++) {
            in.next();
        }
        Optional<Long> end = in.end();
        assertEquals((numbers + 1L) * Long.BYTES, in.position());
        return end;
    }

    @Test
    void whatWasWrittenIsRead() throws PosixException {
        for (int block : BLOCKS) {
            for (int numbers = 0; numbers < 12; numbers++) {
                byte[] octets = file(numbers, block);
                for (int most : new int[] {1, 3, 8, 1_000}) {
                    NumberInput in = new NumberInput(read(octets, most), 0, block(block));
                    for (int i = 0; i < numbers; i++) {
                        assertEquals(number(i), in.next());
                    }
                    assertEquals(
                            Optional.of(
                                    ByteBuffer.wrap(octets)
                                            .order(ByteOrder.LITTLE_ENDIAN)
                                            .getLong(numbers * Long.BYTES)),
                            in.end(),
                            numbers + " in blocks of " + block + ", " + most + " at once");
                }
            }
        }
    }

    @Test
    void everyOctetCounts() throws PosixException {
        for (int block : BLOCKS) {
            for (int numbers = 0; numbers < 12; numbers++) {
                byte[] octets = file(numbers, 64);
                for (int at = 0; at < octets.length; at++) {
                    octets[at] ^= 0x10;
                    String what = "octet " + at + " of " + numbers + " in blocks of " + block;
                    assertEquals(Optional.empty(), end(octets, numbers, block, 1_000), what);
                    octets[at] ^= 0x10;
                }
                assertEquals(true, end(octets, numbers, block, 5).isPresent());
            }
        }
    }

    @Test
    void behindTheEndAllIsZero() throws PosixException {
        for (int length = 0; length < 30; length++) {
            byte[] octets = new byte[length];
            Arrays.fill(octets, (byte) -1);
            NumberInput in = new NumberInput(read(octets, 7), 0, block(16));
            for (int from = 0; from < 64; from += Long.BYTES) {
                int whole = Math.max(0, Math.min(Long.BYTES, length - from));
                long expected = whole == Long.BYTES ? -1 : (1L << (8 * whole)) - 1;
                assertEquals(expected, in.next(), length + " from " + from);
            }
        }
    }
}

package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postern.api.protocol.OutputBuffer;

/** Buffers and the watch over them. */
final class OutputTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final OutputPool pool = new OutputPool(PooledByteBufAllocator.DEFAULT);
    private final OutputWatch watch =
            new OutputWatch(
                    TimingBuilder.patient()
                            .stall(Duration.ofSeconds(100))
                            .linger(Duration.ofSeconds(10))
                            .build());

    @Test
    void aBufferIsDirectAndHasItsCapacity() {
        OutputBuffer buffer = pool.allocate();
        assertTrue(buffer.bytes().isDirect());
        assertEquals(0, buffer.bytes().position());
        assertEquals(OutputBuffer.CAPACITY, buffer.bytes().remaining());
        assertEquals(1, pool.outstanding());
        buffer.release();
        buffer.release();
        assertEquals(0, pool.outstanding());
        assertThrows(IllegalStateException.class, () -> pool.take(buffer));
    }

    @Test
    void aShortReplyDoesNotHoldAWholeBuffer() {
        OutputBuffer buffer = pool.allocate();
        buffer.bytes().put("+OK\r\n".getBytes(StandardCharsets.US_ASCII));
        ByteBuf taken = pool.take(buffer);
        assertEquals("+OK\r\n", taken.toString(StandardCharsets.US_ASCII));
        assertTrue(taken.capacity() <= 16, "holds " + taken.capacity());
        assertEquals(taken.capacity(), pool.inFlight());
        pool.sent(taken.capacity());
        taken.release();
        assertEquals(0, pool.outstanding());
        assertEquals(0, pool.inFlight());
    }

    @Test
    void aFullBufferIsNotCopied() {
        OutputBuffer buffer = pool.allocate();
        ByteBuffer bytes = buffer.bytes();
        while (bytes.hasRemaining()) {
            bytes.put((byte) bytes.position());
        }
        ByteBuf taken = pool.take(buffer);
        assertEquals(OutputBuffer.CAPACITY, taken.readableBytes());
        bytes.put(0, (byte) 77);
        assertEquals(77, taken.getByte(0));
        assertEquals(OutputBuffer.CAPACITY, pool.inFlight());
        pool.sent(taken.capacity());
        taken.release();
        assertEquals(0, pool.inFlight());
    }

    @Test
    void whatIsNotSentYetIsNotInFlight() {
        OutputBuffer buffer = pool.allocate();
        assertEquals(0, pool.inFlight());
        buffer.release();
        assertEquals(0, pool.inFlight());
    }

    @Test
    void aForeignBufferIsRefused() {
        assertThrows(
                IllegalStateException.class,
                () ->
                        pool.take(
                                new OutputBuffer() {
                                    @Override
                                    public ByteBuffer bytes() {
                                        return ByteBuffer.allocate(1);
                                    }

                                    @Override
                                    public void release() {}
                                }));
    }

    @Test
    void aSlowReaderIsNotStalled() {
        watch.begin(0, 0);
        long progress = 0;
        for (long window = 1; window < 10; window++) {
            progress += Bench.PATIENT.stallOctets();
            assertEquals(window * 100 * SECOND, watch.deadline(false));
            assertFalse(watch.stalled(window * 100 * SECOND, progress, false));
        }
    }

    @Test
    void aReaderOfOneOctetAMinuteIsStalled() {
        watch.begin(0, 0);
        assertFalse(watch.stalled(60 * SECOND, 1, false));
        assertTrue(watch.stalled(100 * SECOND, 2, false));
    }

    @Test
    void whileClosingSomethingMustMove() {
        watch.begin(0, 100);
        assertEquals(10 * SECOND, watch.deadline(true));
        assertFalse(watch.stalled(9 * SECOND, 101, true));
        assertFalse(watch.stalled(18 * SECOND, 101, true));
        assertTrue(watch.stalled(19 * SECOND, 101, true));
    }

    @Test
    void whileClosingTheLeastProgressStillCounts() {
        watch.begin(0, 0);
        for (int second = 9; second < 99; second += 9) {
            assertFalse(watch.stalled(second * SECOND, second, true));
        }
        assertTrue(watch.stalled(100 * SECOND, 100, true));
    }
}

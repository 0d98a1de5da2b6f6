package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is read and not yet taken. */
final class InputTest {
    private final Input input = new Input(UnpooledByteBufAllocator.DEFAULT);

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    private static ByteBuf zeros(int octets) {
        return Unpooled.buffer(octets).writeZero(octets);
    }

    @Test
    void nothingIsNothing() {
        assertTrue(input.add(Unpooled.buffer(1)));
        assertTrue(input.isEmpty());
    }

    @Test
    void whatIsLeftStaysInOrder() {
        assertTrue(input.add(buffer("abc")));
        input.took(1);
        assertTrue(input.add(buffer("def")));
        input.took(1);
        assertEquals("cdef", StandardCharsets.US_ASCII.decode(input.view()).toString());
        input.took(4);
        assertTrue(input.isEmpty());
    }

    @Test
    void memoryIsOverwrittenBeforeItIsGivenBack() {
        ByteBuf first = buffer("PASS ").retain();
        ByteBuf second = buffer("secret").retain();
        assertTrue(input.add(first));
        assertTrue(input.add(second));
        assertEquals(zeros(5), Unpooled.wrappedBuffer(first.array(), 0, 5));
        assertEquals(zeros(6), Unpooled.wrappedBuffer(second.array(), 0, 6));
        assertEquals(1, first.refCnt());

        ByteBuf third = buffer("secret").retain();
        input.took(11);
        assertTrue(input.add(third));
        input.took(4);
        assertEquals(zeros(4), Unpooled.wrappedBuffer(third.array(), 0, 4));
        input.took(2);
        assertEquals(zeros(6), Unpooled.wrappedBuffer(third.array(), 0, 6));
        assertEquals(1, third.refCnt());

        ByteBuf fourth = buffer("secret").retain();
        assertTrue(input.add(fourth));
        input.clear();
        assertEquals(zeros(6), Unpooled.wrappedBuffer(fourth.array(), 0, 6));
    }

    @Test
    void itIsBounded() {
        int kept = 0;
        while (input.add(zeros(Input.READ_SIZE))) {
            kept += Input.READ_SIZE;
        }
        assertEquals(Input.MAX_KEPT, kept);
        assertFalse(input.add(zeros(1)));
        input.clear();
    }
}

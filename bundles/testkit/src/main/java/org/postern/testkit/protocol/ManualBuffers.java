package org.postern.testkit.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.postern.api.protocol.OutputBuffer;

/**
 * A pool of buffers that knows who has one, and notices when one is used after it was given away.
 */
final class ManualBuffers {
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private int held;

    OutputBuffer allocate() {
        held++;
        ByteBuffer memory = free.poll();
        if (memory == null) {
            memory = ByteBuffer.allocateDirect(OutputBuffer.CAPACITY);
        }
        return new Pooled(memory.clear());
    }

    int held() {
        return held;
    }

    /** What was put into a buffer; it is used up. */
    byte[] take(OutputBuffer output) {
        ByteBuffer filled = output.bytes().flip();
        byte[] octets = new byte[filled.remaining()];
        filled.get(octets);
        output.release();
        return octets;
    }

    private final class Pooled implements OutputBuffer {
        private final ByteBuffer memory;
        private boolean gone;

        Pooled(ByteBuffer memory) {
            this.memory = memory;
        }

        @Override
        public ByteBuffer bytes() {
            requireHeld();
            return memory;
        }

        @Override
        public void release() {
            requireHeld();
            gone = true;
            held--;
            free.push(memory);
        }

        private void requireHeld() {
            if (gone) {
                throw new AssertionError("the buffer was sent or released before");
            }
        }
    }
}

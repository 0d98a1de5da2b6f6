package org.postern.posix.internal;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;

/**
 * A block of memory outside the heap for one call, zeroed at both ends of its life: it may have
 * held a secret, and the allocator hands it on.
 */
final class NativeMemory implements AutoCloseable {
    private static final MemoryIO MEMORY = MemoryIO.getInstance();

    private final long size;
    private long address;

    private NativeMemory(long size) {
        this.size = size;
        this.address = MEMORY.allocateMemory(size, true);
        if (address == 0) {
            throw new OutOfMemoryError("native memory");
        }
    }

    /** A block of zeros. */
    static NativeMemory ofSize(int size) {
        return new NativeMemory(size);
    }

    /** A C string. */
    static NativeMemory ofString(byte[] octets) {
        NativeMemory memory = new NativeMemory(octets.length + 1L);
        MEMORY.putByteArray(memory.address, octets, 0, octets.length);
        return memory;
    }

    /** A C string of what remains in a buffer: octet by octet, past the heap. */
    static NativeMemory ofString(ByteBuffer octets) {
        NativeMemory memory = new NativeMemory(octets.remaining() + 1L);
        for (int i = 0; i < octets.remaining(); i++) {
            MEMORY.putByte(memory.address + i, octets.get(octets.position() + i));
        }
        return memory;
    }

    /** Where a direct buffer's remaining space begins. */
    static long addressOf(ByteBuffer direct) {
        return MEMORY.getDirectBufferAddress(direct) + direct.position();
    }

    long address() {
        return address;
    }

    byte byteAt(int offset) {
        return MEMORY.getByte(at(offset, 1));
    }

    int shortAt(int offset) {
        return MEMORY.getShort(at(offset, 2)) & 0xFFFF;
    }

    int intAt(int offset) {
        return MEMORY.getInt(at(offset, 4));
    }

    long longAt(int offset) {
        return MEMORY.getLong(at(offset, 8));
    }

    void putShort(int offset, short value) {
        MEMORY.putShort(at(offset, 2), value);
    }

    void putInt(int offset, int value) {
        MEMORY.putInt(at(offset, 4), value);
    }

    void putLong(int offset, long value) {
        MEMORY.putLong(at(offset, 8), value);
    }

    void putOctets(int offset, byte[] octets) {
        MEMORY.putByteArray(at(offset, octets.length), octets, 0, octets.length);
    }

    /** Octets from an offset up to a NUL, or up to the end of a field that has none. */
    byte[] stringAt(int offset, int longest) {
        long start = at(offset, longest);
        int length = 0;
        while (length < longest && MEMORY.getByte(start + length) != 0) {
            length++;
        }
        byte[] octets = new byte[length];
        MEMORY.getByteArray(start, octets, 0, length);
        return octets;
    }

    // What the kernel writes is believed, but a layout misread must not read other memory.
    private long at(int offset, int length) {
        if (offset < 0 || offset > size - length) {
            throw new IndexOutOfBoundsException(offset);
        }
        return address + offset;
    }

    @Override
    public void close() {
        if (address != 0) {
            MEMORY.setMemory(address, size, (byte) 0);
            MEMORY.freeMemory(address);
            address = 0;
        }
    }
}

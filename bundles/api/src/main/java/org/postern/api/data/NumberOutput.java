package org.postern.api.data;

import java.nio.ByteBuffer;
import org.postern.api.hash.Checksum;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/**
 * Writes numbers of 64 bits into a file, little-endian, from a position on, through one buffer, and
 * a checksum behind them. For one thread.
 */
public final class NumberOutput {
    private final FileHandle file;
    private final ByteBuffer block;
    private final Checksum checksum = new Checksum();
    private long position;

    /**
     * @param position octets in front of the first number
     * @param block direct, cleared, little-endian, of a multiple of eight octets; its owner's to
     *     give back
     */
    public NumberOutput(FileHandle file, long position, ByteBuffer block) {
        this.file = file;
        this.position = position;
        this.block = block;
    }

    /** Writes one number more. */
    public NumberOutput put(long number) throws PosixException {
        if (block.remaining() < Long.BYTES) {
            flush();
        }
        block.putLong(number);
        return this;
    }

    /**
     * Writes the checksum of all that was put, and what is still to be written.
     *
     * @return the checksum
     */
    public long end() throws PosixException {
        checksum.add(block.duplicate(), 0, block.position());
        long value = checksum.value();
        checksum.reset();
        if (block.remaining() < Long.BYTES) {
            write();
        }
        block.putLong(value);
        write();
        return value;
    }

    /** Where the next number would go, once {@link #end} was called. */
    public long position() {
        return position;
    }

    private void flush() throws PosixException {
        checksum.add(block.duplicate(), 0, block.position());
        write();
    }

    private void write() throws PosixException {
        block.flip();
        int length = block.remaining();
        file.write(block, position);
        position += length;
        block.clear();
    }
}

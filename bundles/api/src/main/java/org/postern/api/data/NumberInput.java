package org.postern.api.data;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.postern.api.hash.Checksum;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/**
 * Reads what {@link NumberOutput} has written. Nothing read is to be believed before {@link #end}
 * said so, and even then anybody may have written it who can write the file. Behind the file's end
 * all numbers are 0. For one thread.
 */
public final class NumberInput {
    private final FileHandle file;
    private final ByteBuffer block;
    private final Checksum checksum = new Checksum();
    private long position;

    /**
     * @param position octets in front of the first number
     * @param block direct, little-endian, of a multiple of eight octets; its owner's to give back
     */
    public NumberInput(FileHandle file, long position, ByteBuffer block) {
        this.file = file;
        this.position = position;
        this.block = block.clear().limit(0);
    }

    /** The next number. */
    public long next() throws PosixException {
        if (!block.hasRemaining()) {
            fill();
        }
        return block.getLong();
    }

    /** The checksum of all that was read, if the next number says the same; asked for once. */
    public Optional<Long> end() throws PosixException {
        checksum.add(block.duplicate(), 0, block.position());
        long value = checksum.value();
        return next() == value ? Optional.of(value) : Optional.empty();
    }

    /** Octets of the file up to the next number. */
    public long position() {
        return position - block.remaining();
    }

    // What is read through to its end is done with: it goes into the checksum.
    private void fill() throws PosixException {
        checksum.add(block.duplicate(), 0, block.limit());
        block.clear();
        while (block.hasRemaining()) {
            int read = file.read(block, position + block.position());
            if (read < 0) {
                padNumber();
            }
        }
        position += block.limit();
        block.flip();
    }

    // Up to the next number's end, and no further: most of a file's parts are short.
    private void padNumber() {
        do {
            block.put((byte) 0);
        } while (block.position() % Long.BYTES != 0);
        block.limit(block.position());
    }
}

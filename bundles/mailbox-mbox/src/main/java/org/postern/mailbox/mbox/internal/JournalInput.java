package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/** Reads what {@link JournalOutput} has written. Behind the file's end all numbers are 0. */
final class JournalInput {
    private final FileHandle file;
    private final ByteBuffer block;
    private final Checksum checksum = new Checksum();
    private long position;

    /**
     * @param block its owner's to give back
     */
    JournalInput(FileHandle file, long position, ByteBuffer block) {
        this.file = file;
        this.position = position;
        this.block = block.clear().limit(0);
    }

    long next() throws PosixException {
        if (block.remaining() < Long.BYTES) {
            fill();
        }
        int at = block.position();
        long number = block.getLong();
        checksum.add(block.duplicate(), at, at + Long.BYTES);
        return number;
    }

    /** The checksum of all that was read, if the next number says the same. */
    Optional<Long> end() throws PosixException {
        long value = checksum.value();
        return next() == value ? Optional.of(value) : Optional.empty();
    }

    /** Where the next number is. */
    long position() {
        return position - block.remaining();
    }

    private void fill() throws PosixException {
        block.clear();
        while (block.hasRemaining()) {
            int read = file.read(block, position + block.position());
            if (read < 0) {
                while (block.hasRemaining()) {
                    block.put((byte) 0);
                }
            }
        }
        position += block.limit();
        block.flip();
    }
}

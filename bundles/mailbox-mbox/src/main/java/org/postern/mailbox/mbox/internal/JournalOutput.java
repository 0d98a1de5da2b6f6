package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/** Writes numbers into a journal, from a position on, through one buffer, with their checksum. */
final class JournalOutput {
    private final FileHandle file;
    private final ByteBuffer block;
    private final Checksum checksum = new Checksum();
    private long position;

    /**
     * @param block a cleared one; its owner's to give back
     */
    JournalOutput(FileHandle file, long position, ByteBuffer block) {
        this.file = file;
        this.position = position;
        this.block = block;
    }

    JournalOutput put(long number) throws PosixException {
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
    long end() throws PosixException {
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
    long position() {
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

package org.postern.api.mailbox;

import java.nio.ByteBuffer;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/**
 * A message's stored octets, read from start to end. It owns its descriptor and needs nothing else,
 * so it stays readable while its format is replaced. For one thread at a time.
 */
public final class MessageContent implements AutoCloseable {
    private final FileHandle file;
    private final long end;
    private final LineConvention lines;
    private final boolean finalLineEndMissing;
    private long position;

    /**
     * @param file closed by {@link #close}
     * @param start offset of the first octet
     * @param length stored octets
     * @param lines what ends a line
     * @param finalLineEndMissing whether the last line has no line end
     */
    public MessageContent(
            FileHandle file,
            long start,
            long length,
            LineConvention lines,
            boolean finalLineEndMissing) {
        if (start < 0 || length < 0) {
            throw new IllegalArgumentException("a range of a file is not negative");
        }
        this.file = file;
        this.position = start;
        this.end = Math.addExact(start, length);
        this.lines = lines;
        this.finalLineEndMissing = finalLineEndMissing;
    }

    /** What ends a line in the stored octets. */
    public LineConvention lines() {
        return lines;
    }

    /** Whether the last line has no line end. */
    public boolean finalLineEndMissing() {
        return finalLineEndMissing;
    }

    /** Stored octets not read yet. */
    public long remaining() {
        return end - position;
    }

    /**
     * Reads the next octets into the remaining space of a direct buffer.
     *
     * @return octets read, or -1 when all have been
     * @throws PosixException if reading fails
     * @throws MailboxException of kind CHANGED if the file ends before the message does
     */
    public int read(ByteBuffer target) throws PosixException, MailboxException {
        return read(target, file::read);
    }

    /**
     * As {@link #read}, but only what lies in memory already, without waiting for a disk.
     *
     * @return octets read; -1 when all have been; 0 if {@link #read} has to be called, on a thread
     *     that may wait
     */
    public int readCached(ByteBuffer target) throws PosixException, MailboxException {
        return read(target, file::readCached);
    }

    private interface Reading {
        int read(ByteBuffer target, long position) throws PosixException;
    }

    private int read(ByteBuffer target, Reading reading) throws PosixException, MailboxException {
        if (position == end) {
            return -1;
        }
        int limit = target.limit();
        long wanted = Math.min(target.remaining(), end - position);
        target.limit(target.position() + (int) wanted);
        try {
            int read = reading.read(target, position);
            if (read < 0) {
                throw new MailboxException(
                        MailboxException.Kind.CHANGED, "the file ends before its message does");
            }
            position += read;
            return read;
        } finally {
            target.limit(limit);
        }
    }

    /** Closes the descriptor; more calls do nothing. */
    @Override
    public void close() {
        file.close();
    }
}

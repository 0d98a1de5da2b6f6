package org.postern.posix.internal;

import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.PosixException;
import org.postern.api.posix.ReceivedDescriptor;

/** A descriptor that the kernel put into this process's table. */
final class SystemReceivedDescriptor implements ReceivedDescriptor {
    private final SystemCalls calls;
    private final Descriptor descriptor;

    SystemReceivedDescriptor(SystemCalls calls, int number) {
        this.calls = calls;
        this.descriptor = new Descriptor(calls, number);
    }

    @Override
    public FileStatus status() throws PosixException {
        int number = descriptor.acquire("fstat");
        try {
            return calls.status(number);
        } finally {
            descriptor.release();
        }
    }

    @Override
    public FileHandle takeFile() {
        return SystemFile.of(calls, descriptor.take());
    }

    @Override
    public int takeNumber() {
        return descriptor.take();
    }

    @Override
    public void close() {
        descriptor.close();
    }
}

package org.postern.api.posix;

import java.io.IOException;

/**
 * A system call that failed. The message names the call and the error, never a path or a secret.
 */
public final class PosixException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final Errno errno;

    /**
     * @param call the system call's name
     * @param errno why it failed
     */
    public PosixException(String call, Errno errno) {
        super(call + ": " + errno);
        this.call = call;
        this.errno = errno;
    }

    /** The system call's name, such as {@code openat}. */
    public String call() {
        return call;
    }

    /** Why it failed. */
    public Errno errno() {
        return errno;
    }
}

package org.postern.api.storage;

import java.io.IOException;

/**
 * Mail files could not be reached. The message is for the log; it holds nothing of a mail's
 * content.
 */
public final class StorageException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What the caller can do about it. */
    public enum Kind {
        /** It is not there. */
        MISSING,
        /**
         * It is there and must not be used: a link, FIFO, directory or device in a file's place,
         * another owner, a second hard link. Trying again will not help.
         */
        NOT_PERMITTED,
        /** It is not the file that it was. */
        CHANGED,
        /** The name is taken. */
        EXISTS,
        /** No space or quota left. */
        FULL,
        /** Out of order for now: I/O errors, descriptors used up, the helper away. */
        UNAVAILABLE
    }

    private final Kind kind;

    /**
     * @param kind what the caller can do about it
     * @param reason for the log
     */
    public StorageException(Kind kind, String reason) {
        super(reason);
        this.kind = kind;
    }

    /**
     * @param kind what the caller can do about it
     * @param reason for the log
     * @param cause the failed call
     */
    public StorageException(Kind kind, String reason, Throwable cause) {
        super(reason, cause);
        this.kind = kind;
    }

    /** What the caller can do about it. */
    public Kind kind() {
        return kind;
    }
}

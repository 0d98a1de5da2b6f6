package org.postern.api.posix;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A descriptor that came with a message. It is closed by whoever closes this, until it has been
 * taken, which is possible once. What it is a descriptor of is for the taker to check first.
 */
@ProviderType
public interface ReceivedDescriptor extends AutoCloseable {

    /** fstat(2). */
    FileStatus status() throws PosixException;

    /**
     * Turns it into a handle, which the caller closes.
     *
     * @throws IllegalStateException if it was taken or closed before
     */
    FileHandle takeFile();

    /**
     * Gives the bare number away, for a library that wants one; its taker closes it.
     *
     * @throws IllegalStateException if it was taken or closed before
     */
    int takeNumber();

    /** Closes the descriptor unless it was taken; more calls do nothing. */
    @Override
    void close();
}

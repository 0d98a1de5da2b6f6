package org.postern.api.mailbox;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something that may have to wait without blocking a worker: for another program's lock, for a
 * clock tick, for a format that is being replaced. It is advanced on a worker until it is done;
 * between two steps it holds what it holds (a lock, a descriptor), so it is always closed.
 *
 * @param <T> what it results in
 */
@ConsumerType
public interface Operation<T> extends AutoCloseable {

    /**
     * Goes on as far as possible without waiting. Not called again after it was done or threw.
     *
     * @return done, or how long to wait before the next call
     * @throws MailboxException if it failed; it has released everything by then
     */
    Step<T> advance() throws MailboxException;

    /** Gives up, if it is not done, and releases locks and descriptors; more calls do nothing. */
    @Override
    void close();
}

package org.postern.api.mailbox;

import java.util.Optional;
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

    /** An operation that has nothing to do. */
    static <T> Operation<T> done(T result) {
        return new Operation<>() {
            @Override
            public Step<T> advance() {
                return new Step.Done<>(result);
            }

            @Override
            public Optional<Step.Done<T>> now() {
                return Optional.of(new Step.Done<>(result));
            }

            @Override
            public void close() {}
        };
    }

    /**
     * Goes on as far as possible without waiting. Not called again after it was done or threw.
     *
     * @return done, or how long to wait before the next call
     * @throws MailboxException if it failed; it has released everything by then
     */
    Step<T> advance() throws MailboxException;

    /**
     * What it results in, if that takes no waiting for a disk, another program or a format that is
     * being replaced, given that octets of the mailbox were just read from memory ({@link
     * MessageContent#readCached}). On any thread, one that must not block too.
     *
     * @return empty if {@link #advance} is to be called
     * @throws MailboxException as {@link #advance}
     */
    default Optional<Step.Done<T>> now() throws MailboxException {
        return Optional.empty();
    }

    /** Gives up, if it is not done, and releases locks and descriptors; more calls do nothing. */
    @Override
    void close();
}

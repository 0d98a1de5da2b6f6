package org.postern.posix.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.postern.api.posix.Errno;
import org.postern.api.posix.PosixException;

/**
 * A file descriptor with a count of the calls that are using it. Closing while another thread is in
 * a call leaves the closing to the end of that call, so no call ever meets a number that the system
 * has meanwhile given to another file.
 */
final class Descriptor {
    private static final int CLOSED = 1 << 30;

    private final int number;
    private final IntConsumer closer;
    // The calls under way, and CLOSED.
    private final AtomicInteger state = new AtomicInteger();

    Descriptor(SystemCalls calls, int number) {
        this(number, calls::close);
    }

    /**
     * @param closer run once with the number, when it is closed and no call uses it any more
     */
    Descriptor(int number, IntConsumer closer) {
        this.number = number;
        this.closer = closer;
    }

    /**
     * The number, valid until {@link #release}.
     *
     * @param call who asks, for the error
     */
    int acquire(String call) throws PosixException {
        int before;
        do {
            before = state.get();
            if (before >= CLOSED) {
                throw new PosixException(call, Errno.EBADF);
            }
        } while (!state.compareAndSet(before, before + 1));
        return number;
    }

    void release() {
        if (state.decrementAndGet() == CLOSED) {
            closer.accept(number);
        }
    }

    /**
     * Gives the number away, once; it is not closed here any more.
     *
     * @throws IllegalStateException if it is in use, closed or given away
     */
    int take() {
        if (!state.compareAndSet(0, CLOSED)) {
            throw new IllegalStateException("the descriptor is not here any more");
        }
        return number;
    }

    /** Closes once, now or after the last call under way. */
    void close() {
        int before;
        do {
            before = state.get();
            if (before >= CLOSED) {
                return;
            }
        } while (!state.compareAndSet(before, before + CLOSED));
        if (before == 0) {
            closer.accept(number);
        }
    }
}

package org.postern.listener.internal;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failures that clients may be able to provoke at will, in the log at a bounded rate and without
 * their messages, which may hold what a client sent. Those left out are counted in the next line.
 */
final class FailureLog {
    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    /** A log at this rate stays readable and does not fill a disk. */
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private static final int MAX_CAUSES = 4;

    private final String listener;
    private final String what;
    private boolean logged;
    private long last;
    private long left;

    /**
     * @param what happened, such as {@code failed to accept a connection}
     */
    FailureLog(String listener, String what) {
        this.listener = listener;
        this.what = what;
    }

    synchronized void add(Throwable failure) {
        long now = System.nanoTime();
        if (logged && now - last < INTERVAL.toNanos()) {
            left++;
            return;
        }
        logged = true;
        last = now;
        try {
            LOG.error(
                    "listener {}: {} ({} more since the last such line)",
                    listener,
                    what,
                    left,
                    withoutMessages(failure, MAX_CAUSES));
        } catch (RuntimeException | Error unlogged) {
            // Without memory or descriptors logging fails as well. An event loop must survive it.
            return;
        }
        left = 0;
    }

    static Throwable withoutMessages(Throwable failure, int causes) {
        Throwable cause = failure.getCause();
        Throwable bare =
                new Bare(
                        failure.getClass().getName(),
                        cause == null || causes == 0 ? null : withoutMessages(cause, causes - 1));
        bare.setStackTrace(failure.getStackTrace());
        return bare;
    }

    private static final class Bare extends Exception {
        private static final long serialVersionUID = 1L;

        Bare(String type, Throwable cause) {
            super(type, cause);
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}

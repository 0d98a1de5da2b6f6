package org.postern.mailbox.mbox.internal;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.SpareThreads;
import org.postern.api.posix.PosixException;

/** Waits for work on an mbox that was lent to another thread, and fails as that did. */
final class Joined {
    private Joined() {}

    /** What came of it. */
    static <T> T result(FutureTask<T> lent) throws PosixException, MailboxException {
        try {
            return SpareThreads.result(lent);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof PosixException cause) {
                throw cause;
            }
            if (failed.getCause() instanceof MailboxException cause) {
                throw cause;
            }
            throw new IllegalStateException("work on a part of an mbox failed", failed);
        }
    }

    /** Returns when it is over, even if it has failed. */
    static void await(FutureTask<?> lent) {
        try {
            result(lent);
        } catch (PosixException | MailboxException | RuntimeException known) {
            // Whoever asks for the result is told.
        }
    }
}

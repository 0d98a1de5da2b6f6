package org.postern.mailbox.mbox.internal;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.PosixException;

/**
 * Waits for what was lent to another thread, whatever interrupts: it works on the caller's file, so
 * the caller may not go on without it.
 */
final class Joined {
    private Joined() {}

    /** What came of it. */
    static <T> T result(FutureTask<T> lent) throws PosixException, MailboxException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return lent.get();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof PosixException cause) {
                throw cause;
            }
            if (failed.getCause() instanceof MailboxException cause) {
                throw cause;
            }
            throw new IllegalStateException("work on a part of an mbox failed", failed);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
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

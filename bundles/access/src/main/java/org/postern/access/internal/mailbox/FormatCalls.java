package org.postern.access.internal.mailbox;

import java.util.Optional;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls into a format's code, which may be a stopped bundle's: whatever it throws is a mailbox that
 * is out of order for now, and closing it never fails.
 */
final class FormatCalls {
    private static final Logger LOG = LoggerFactory.getLogger(FormatCalls.class);

    private FormatCalls() {}

    /** A call of a format's that gives something. */
    @FunctionalInterface
    interface Call<T> {
        T call() throws MailboxException;
    }

    static <T> T call(Call<T> call) throws MailboxException {
        try {
            T answer = call.call();
            if (answer != null) {
                return answer;
            }
        } catch (RuntimeException | LinkageError fault) {
            throw new MailboxException(
                    MailboxException.Kind.UNAVAILABLE, "the mailbox format failed", fault);
        }
        throw new MailboxException(
                MailboxException.Kind.UNAVAILABLE, "the mailbox format answered nothing");
    }

    /** Advances, and closes what failed in a way that the format did not foresee. */
    static <T> Step<T> advance(Operation<T> operation) throws MailboxException {
        return closedUnlessReturned(operation, operation::advance);
    }

    /** As {@link #advance}, for what can be had at once. */
    static <T> Optional<Step.Done<T>> now(Operation<T> operation) throws MailboxException {
        return closedUnlessReturned(operation, operation::now);
    }

    private static <T> T closedUnlessReturned(Operation<?> operation, Call<T> call)
            throws MailboxException {
        boolean returned = false;
        try {
            T answer = call(call);
            returned = true;
            return answer;
        } finally {
            if (!returned) {
                close(operation);
            }
        }
    }

    static void close(Operation<?> operation) {
        quietly(operation::close);
    }

    static void close(Mailbox mailbox) {
        quietly(mailbox::close);
    }

    private static void quietly(Runnable close) {
        try {
            close.run();
        } catch (RuntimeException | LinkageError fault) {
            LOG.warn("a mailbox format failed to close", fault);
        }
    }
}

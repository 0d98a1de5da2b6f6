package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;
import org.postern.api.posix.PosixException;
import org.postern.api.storage.StorageException;

/** The frame around every operation: what fails has released everything and told why. */
final class TaskOperation<T> implements Operation<T> {
    private final Task<T> task;
    private final Validity validity;
    private boolean begun;
    private boolean closed;

    TaskOperation(Task<T> task, Validity validity) {
        this.task = task;
        this.validity = validity;
    }

    @Override
    public Step<T> advance() throws MailboxException {
        if (closed) {
            throw new IllegalStateException("the operation is over");
        }
        return framed(task::advance, step -> step instanceof Step.Wait<T>);
    }

    @Override
    public Optional<Step.Done<T>> now() throws MailboxException {
        return begun || closed ? Optional.empty() : framed(task::now, Optional::isEmpty);
    }

    private interface Attempt<R> {
        R make() throws IOException, MailboxException;
    }

    private <R> R framed(Attempt<R> attempt, Predicate<R> isPending) throws MailboxException {
        boolean pending = false;
        try {
            if (!begun) {
                begun = true;
                validity.require();
            }
            R result = attempt.make();
            pending = isPending.test(result);
            return result;
        } catch (IOException failed) {
            throw validity.note(translate(failed));
        } catch (MailboxException failed) {
            throw validity.note(failed);
        } finally {
            if (!pending) {
                close();
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            task.release();
        }
    }

    // Only what our own interfaces say is fit for a log: a delivery's source may quote anything.
    private static MailboxException translate(IOException failed) {
        if (failed instanceof StorageException storage) {
            MailboxException.Kind kind =
                    switch (storage.kind()) {
                        case MISSING, CHANGED -> MailboxException.Kind.CHANGED;
                        case NOT_PERMITTED -> MailboxException.Kind.NOT_PERMITTED;
                        case EXISTS, FULL, UNAVAILABLE -> MailboxException.Kind.UNAVAILABLE;
                    };
            return new MailboxException(kind, storage.getMessage(), failed);
        }
        String reason =
                failed instanceof PosixException
                        ? "the mbox failed in " + failed.getMessage()
                        : "the delivery could not be read to its end";
        return new MailboxException(MailboxException.Kind.UNAVAILABLE, reason, failed);
    }
}

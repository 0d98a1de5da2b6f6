package org.postern.mailbox.mbox.internal;

import java.io.IOException;
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
        boolean pending = false;
        try {
            if (!begun) {
                begun = true;
                validity.require();
            }
            Step<T> step = task.advance();
            pending = step instanceof Step.Wait<T>;
            return step;
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

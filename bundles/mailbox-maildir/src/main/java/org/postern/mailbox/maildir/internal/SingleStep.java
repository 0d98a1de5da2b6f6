package org.postern.mailbox.maildir.internal;

import java.io.IOException;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;
import org.postern.api.storage.StorageException;

/**
 * An operation that never waits, as none of a Maildir's does: what it needs it has when it is
 * advanced, and holds nothing before or after.
 */
final class SingleStep<T> implements Operation<T> {

    /** What is to be done. */
    interface Work<T> {
        T run() throws MailboxException, IOException;
    }

    private final Work<T> work;
    private boolean over;

    SingleStep(Work<T> work) {
        this.work = work;
    }

    @Override
    public Step<T> advance() throws MailboxException {
        if (over) {
            throw new IllegalStateException("the operation is over");
        }
        over = true;
        try {
            return new Step.Done<>(work.run());
        } catch (StorageException failed) {
            throw new MailboxException(kind(failed.kind()), failed.getMessage(), failed);
        } catch (IOException failed) {
            throw new MailboxException(
                    Kind.UNAVAILABLE, "the Maildir is out of order: " + failed, failed);
        }
    }

    private static Kind kind(StorageException.Kind kind) {
        return switch (kind) {
            case NOT_PERMITTED -> Kind.NOT_PERMITTED;
            case MISSING, CHANGED, EXISTS, FULL, UNAVAILABLE -> Kind.UNAVAILABLE;
        };
    }

    @Override
    public void close() {
        over = true;
    }
}

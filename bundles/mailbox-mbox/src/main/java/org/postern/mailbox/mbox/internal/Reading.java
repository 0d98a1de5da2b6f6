package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Step;

/** Does something with the mailbox's file once it is known to be unchanged. */
final class Reading<T> implements Task<T> {

    /** What is to be done then. */
    @FunctionalInterface
    interface Result<T> {
        T get() throws IOException;
    }

    private final ForeignChange change;
    private final Result<T> result;

    Reading(ForeignChange change, Result<T> result) {
        this.change = change;
        this.result = result;
    }

    @Override
    public Step<T> advance() throws IOException, MailboxException {
        Optional<Duration> wait = change.advance();
        return wait.isPresent() ? new Step.Wait<>(wait.get()) : new Step.Done<>(result.get());
    }

    @Override
    public void release() {
        change.release();
    }
}

package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
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
    private final Supplier<Stage> then;
    private final Result<T> result;
    // Once the mailbox is known to be unchanged.
    private Optional<Stage> second = Optional.empty();

    /**
     * @param then what else has to be looked at
     */
    Reading(ForeignChange change, Supplier<Stage> then, Result<T> result) {
        this.change = change;
        this.then = then;
        this.result = result;
    }

    @Override
    public Step<T> advance() throws IOException, MailboxException {
        if (second.isEmpty()) {
            Optional<Duration> wait = change.advance();
            if (wait.isPresent()) {
                return new Step.Wait<>(wait.get());
            }
            second = Optional.of(then.get());
        }
        Optional<Duration> wait = second.get().advance();
        return wait.isPresent() ? new Step.Wait<>(wait.get()) : new Step.Done<>(result.get());
    }

    @Override
    public void release() {
        change.release();
    }
}

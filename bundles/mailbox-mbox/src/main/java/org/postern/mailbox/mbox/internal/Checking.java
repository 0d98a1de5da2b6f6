package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Step;

/** Makes sure that the mailbox is unchanged. */
final class Checking implements Task<Void> {
    private static final Step.Done<Void> DONE = new Step.Done<>(null);

    private final ForeignChange change;

    Checking(ForeignChange change) {
        this.change = change;
    }

    @Override
    public Step<Void> advance() throws IOException, MailboxException {
        Optional<Duration> wait = change.advance();
        return wait.isPresent() ? new Step.Wait<>(wait.get()) : DONE;
    }

    // The status of an open file. It is waited for on the network alone, and of a file there no
    // octets can be had without waiting either, so it would not be asked.
    @Override
    public Optional<Step.Done<Void>> now() throws IOException {
        return change.nothingHappened() ? Optional.of(DONE) : Optional.empty();
    }

    @Override
    public void release() {
        change.release();
    }
}

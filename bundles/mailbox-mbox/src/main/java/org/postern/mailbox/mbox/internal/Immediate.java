package org.postern.mailbox.mbox.internal;

import java.util.Optional;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Step;

/** What touches no file and so is done as soon as it is asked for. */
record Immediate<T>(Answer<T> answer) implements Task<T> {

    /** What it is. */
    @FunctionalInterface
    interface Answer<T> {
        T get() throws MailboxException;
    }

    @Override
    public Step<T> advance() throws MailboxException {
        return new Step.Done<>(answer.get());
    }

    @Override
    public Optional<Step.Done<T>> now() throws MailboxException {
        return Optional.of(new Step.Done<>(answer.get()));
    }
}

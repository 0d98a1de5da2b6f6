package org.postern.access.internal.mailbox;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;

/**
 * An operation that writes nothing which cannot be done again: when its format leaves between two
 * steps it is closed, which releases its locks, and begun anew through the next format. The format
 * is held by a lease for each step alone.
 */
final class RestartedOperation<T> implements Operation<T> {
    private final SwappableMailbox mailbox;
    private final Function<Mailbox, Operation<T>> begin;
    private Optional<Operation<T>> begun = Optional.empty();

    RestartedOperation(SwappableMailbox mailbox, Function<Mailbox, Operation<T>> begin) {
        this.mailbox = mailbox;
        this.begin = begin;
    }

    @Override
    public Step<T> advance() throws MailboxException {
        while (true) {
            if (mailbox.stale()) {
                close();
            }
            Optional<Duration> wait = mailbox.reopen();
            if (wait.isPresent()) {
                return new Step.Wait<>(wait.get());
            }
            OpenMailbox open = mailbox.current();
            if (open.format().acquire()) {
                try {
                    return step(open);
                } finally {
                    open.format().release();
                }
            }
            if (mailbox.settled()) {
                return step(open);
            }
        }
    }

    @Override
    public Optional<Step.Done<T>> now() throws MailboxException {
        if (mailbox.stale() || begun.isPresent()) {
            return Optional.empty();
        }
        OpenMailbox open = mailbox.current();
        if (!open.format().acquire()) {
            return Optional.empty();
        }
        try {
            begun = Optional.of(FormatCalls.call(() -> begin.apply(open.mailbox())));
            return FormatCalls.now(begun.get());
        } catch (MailboxException failed) {
            begun = Optional.empty();
            throw mailbox.remember(failed);
        } finally {
            open.format().release();
        }
    }

    private Step<T> step(OpenMailbox open) throws MailboxException {
        try {
            if (begun.isEmpty()) {
                begun = Optional.of(FormatCalls.call(() -> begin.apply(open.mailbox())));
            }
            return FormatCalls.advance(begun.get());
        } catch (MailboxException failed) {
            begun = Optional.empty();
            throw mailbox.remember(failed);
        }
    }

    @Override
    public void close() {
        begun.ifPresent(FormatCalls::close);
        begun = Optional.empty();
    }
}

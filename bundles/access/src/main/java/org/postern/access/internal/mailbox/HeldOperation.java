package org.postern.access.internal.mailbox;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;

/**
 * An operation that writes. From its first step on it may be half done, so it goes on to its end on
 * the format that began it, even if that leaves: the lease is held over all steps, which keeps the
 * bundle for as long as it may be kept, and its objects work after that.
 */
final class HeldOperation<T> implements Operation<T> {
    private final SwappableMailbox mailbox;
    private final Function<Mailbox, Operation<T>> begin;
    private final Runnable whenDone;
    private Optional<OpenMailbox> held = Optional.empty();
    private Optional<Operation<T>> begun = Optional.empty();

    HeldOperation(
            SwappableMailbox mailbox, Function<Mailbox, Operation<T>> begin, Runnable whenDone) {
        this.mailbox = mailbox;
        this.begin = begin;
        this.whenDone = whenDone;
    }

    @Override
    public Step<T> advance() throws MailboxException {
        while (held.isEmpty()) {
            Optional<Duration> wait = mailbox.reopen();
            if (wait.isPresent()) {
                return new Step.Wait<>(wait.get());
            }
            OpenMailbox open = mailbox.current();
            if (open.format().acquire()) {
                held = Optional.of(open);
            }
        }
        boolean going = false;
        try {
            Step<T> step = step(held.get());
            going = step instanceof Step.Wait<T>;
            if (!going) {
                whenDone.run();
            }
            return step;
        } catch (MailboxException failed) {
            throw mailbox.remember(failed);
        } finally {
            if (!going) {
                begun = Optional.empty();
                release();
            }
        }
    }

    private Step<T> step(OpenMailbox open) throws MailboxException {
        if (begun.isEmpty()) {
            begun = Optional.of(FormatCalls.call(() -> begin.apply(open.mailbox())));
        }
        return FormatCalls.advance(begun.get());
    }

    private void release() {
        held.ifPresent(open -> open.format().release());
        held = Optional.empty();
    }

    @Override
    public void close() {
        begun.ifPresent(FormatCalls::close);
        begun = Optional.empty();
        release();
    }
}

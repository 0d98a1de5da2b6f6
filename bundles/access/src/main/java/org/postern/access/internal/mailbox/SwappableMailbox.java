package org.postern.access.internal.mailbox;

import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.postern.api.mailbox.Delivery;
import org.postern.api.mailbox.Expunged;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MessageContent;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;

/**
 * A mailbox that goes on through the format that is installed now. The old format's mailbox is
 * closed on the session's own worker, before its next operation: a mailbox belongs to one thread at
 * a time, and its format leaves on another.
 */
final class SwappableMailbox implements Mailbox {
    private final FormatOpening.Way way;
    private final MailboxSnapshot snapshot;
    private Optional<OpenMailbox> current;
    private Optional<FormatOpening> reopening = Optional.empty();
    private Optional<MailboxException> changed = Optional.empty();
    // After an expunge the snapshot is not what the mailbox holds: it cannot be resumed from it.
    private boolean settled;
    private boolean closed;

    SwappableMailbox(FormatOpening.Way way, OpenMailbox first) {
        this.way = way;
        this.snapshot = first.snapshot();
        this.current = Optional.of(first);
    }

    @Override
    public MailboxSnapshot snapshot() {
        return snapshot;
    }

    @Override
    public Operation<MessageContent> read(int message) {
        Objects.checkIndex(message, snapshot.count());
        return new RestartedOperation<>(this, mailbox -> mailbox.read(message));
    }

    @Override
    public Optional<MessageContent> readNow(int message) throws MailboxException {
        Objects.checkIndex(message, snapshot.count());
        if (closed || changed.isPresent() || stale()) {
            return Optional.empty();
        }
        OpenMailbox open = current();
        if (!open.format().acquire()) {
            return Optional.empty();
        }
        try {
            return FormatCalls.call(() -> open.mailbox().readNow(message));
        } catch (MailboxException failed) {
            throw remember(failed);
        } finally {
            open.format().release();
        }
    }

    @Override
    public Operation<List<MessageContent>> readAhead(List<Integer> messages) {
        messages.forEach(message -> Objects.checkIndex(message, snapshot.count()));
        List<Integer> wanted = List.copyOf(messages);
        return new RestartedOperation<>(this, mailbox -> mailbox.readAhead(wanted));
    }

    @Override
    public Operation<Void> check() {
        return new RestartedOperation<>(this, Mailbox::check);
    }

    @Override
    public Operation<Void> acknowledge() {
        return new RestartedOperation<>(this, Mailbox::acknowledge);
    }

    @Override
    public Operation<Expunged> expunge(BitSet messages) {
        BitSet chosen = (BitSet) messages.clone();
        return new HeldOperation<>(
                this, mailbox -> mailbox.expunge((BitSet) chosen.clone()), () -> settled = true);
    }

    @Override
    public Operation<Void> append(Delivery delivery) {
        return new HeldOperation<>(this, mailbox -> mailbox.append(delivery), () -> {});
    }

    @Override
    public void close() {
        closed = true;
        reopening.ifPresent(FormatOpening::close);
        reopening = Optional.empty();
        drop();
    }

    /** Whether the format's mailbox is to be replaced before it is called again. */
    boolean stale() {
        return !settled
                && (current.isEmpty() || !current.map(OpenMailbox::format).equals(way.format()));
    }

    /** Whether the format's mailbox is called even when its format has left. */
    boolean settled() {
        return settled;
    }

    /** Lets go of a stale mailbox; operations of it have been closed. */
    void drop() {
        current.ifPresent(open -> FormatCalls.close(open.mailbox()));
        current = Optional.empty();
    }

    /**
     * Goes on until there is a mailbox of the format that is installed now.
     *
     * @return empty when there is, else how long to wait
     */
    Optional<Duration> reopen() throws MailboxException {
        if (changed.isPresent()) {
            // A new object each time: who logs one must not get another call's trace.
            throw new MailboxException(
                    MailboxException.Kind.CHANGED, changed.get().getMessage(), changed.get());
        }
        if (closed) {
            throw new MailboxException(
                    MailboxException.Kind.UNAVAILABLE, "the mailbox has been closed");
        }
        if (reopening.isEmpty() && !stale()) {
            return Optional.empty();
        }
        drop();
        if (reopening.isEmpty()) {
            reopening = Optional.of(new FormatOpening(way, Optional.of(snapshot)));
        }
        Step<OpenMailbox> step;
        try {
            step = reopening.get().advance();
        } catch (MailboxException failed) {
            reopening = Optional.empty();
            throw remember(failed);
        }
        if (step instanceof Step.Wait<OpenMailbox> wait) {
            return Optional.of(wait.duration());
        }
        reopening = Optional.empty();
        current = Optional.of(((Step.Done<OpenMailbox>) step).result());
        return Optional.empty();
    }

    /** The format's mailbox; there is one when {@link #reopen} has said so. */
    OpenMailbox current() {
        return current.orElseThrow();
    }

    /** Once changed, always changed, whichever format looks at it. */
    MailboxException remember(MailboxException failed) {
        if (failed.kind() == MailboxException.Kind.CHANGED && changed.isEmpty()) {
            changed = Optional.of(failed);
        }
        return failed;
    }
}

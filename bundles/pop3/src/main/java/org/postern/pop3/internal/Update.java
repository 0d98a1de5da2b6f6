package org.postern.pop3.internal;

import java.util.BitSet;
import java.util.Optional;
import org.postern.api.mailbox.Expunged;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;

/**
 * RFC 1939's UPDATE state: removes what was marked, then tells the mailbox that its list has been
 * seen. A mailbox without marks is not expunged at all: it keeps its times.
 */
final class Update implements Bench.Task<Update.Updated> {

    /**
     * What was done.
     *
     * @param expunged what was removed, if anything was to be
     * @param unacknowledged why the mailbox did not take note that it was seen; no loss to anybody,
     *     as its messages only stay new
     */
    record Updated(Optional<Expunged> expunged, Optional<MailboxException> unacknowledged) {}

    private final Mailbox mailbox;
    private final BitSet messages;
    private Optional<Operation<Expunged>> expunging = Optional.empty();
    private Optional<Expunged> expunged = Optional.empty();
    private Optional<Operation<Void>> acknowledging = Optional.empty();

    Update(Mailbox mailbox, BitSet messages) {
        this.mailbox = mailbox;
        this.messages = messages;
    }

    /** Its result, if nothing is to be removed and no file to be touched. On the event loop. */
    Optional<Updated> now() {
        if (!messages.isEmpty()) {
            return Optional.empty();
        }
        acknowledging = Optional.of(mailbox.acknowledge());
        try {
            if (acknowledging.get().now().isEmpty()) {
                return Optional.empty();
            }
        } catch (MailboxException failure) {
            close();
            return Optional.of(new Updated(Optional.empty(), Optional.of(failure)));
        }
        close();
        return Optional.of(new Updated(Optional.empty(), Optional.empty()));
    }

    @Override
    public Step<Updated> advance() throws MailboxException {
        boolean goesOn = false;
        try {
            Step<Updated> step = update();
            goesOn = true;
            return step;
        } finally {
            if (!goesOn) {
                close();
            }
        }
    }

    private Step<Updated> update() throws MailboxException {
        if (!messages.isEmpty() && expunged.isEmpty()) {
            if (expunging.isEmpty()) {
                expunging = Optional.of(mailbox.expunge(messages));
            }
            Step<Expunged> step = expunging.get().advance();
            if (step instanceof Step.Wait<Expunged> wait) {
                return new Step.Wait<>(wait.duration());
            }
            expunged = Optional.of(((Step.Done<Expunged>) step).result());
            expunging.get().close();
        }
        try {
            if (acknowledging.isEmpty()) {
                acknowledging = Optional.of(mailbox.acknowledge());
            }
            Step<Void> step = acknowledging.get().advance();
            if (step instanceof Step.Wait<Void> wait) {
                return new Step.Wait<>(wait.duration());
            }
        } catch (MailboxException failure) {
            close();
            return new Step.Done<>(new Updated(expunged, Optional.of(failure)));
        }
        close();
        return new Step.Done<>(new Updated(expunged, Optional.empty()));
    }

    @Override
    public void close() {
        try {
            expunging.ifPresent(Operation::close);
        } finally {
            acknowledging.ifPresent(Operation::close);
        }
    }
}

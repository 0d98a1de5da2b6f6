package org.postern.access.internal.mailbox;

import java.util.Optional;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;

/** Opens a mailbox for a session that begins. */
final class FirstOpening implements Operation<Mailbox> {
    private final FormatOpening.Way way;
    private final FormatOpening opening;

    FirstOpening(FormatOpening.Way way) {
        this.way = way;
        this.opening = new FormatOpening(way, Optional.empty());
    }

    @Override
    public Step<Mailbox> advance() throws MailboxException {
        Step<OpenMailbox> step = opening.advance();
        if (step instanceof Step.Done<OpenMailbox> done) {
            return new Step.Done<>(new SwappableMailbox(way, done.result()));
        }
        return new Step.Wait<>(((Step.Wait<OpenMailbox>) step).duration());
    }

    @Override
    public void close() {
        opening.close();
    }
}

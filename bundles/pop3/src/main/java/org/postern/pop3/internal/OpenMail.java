package org.postern.pop3.internal;

import java.util.Optional;
import org.postern.api.auth.MailAccess;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Mailboxes;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;

/** From an accepted login to its open mailbox. Until it is done, it owns all that was opened. */
final class OpenMail implements Bench.Task<OpenMail.Opened> {

    /** An open mailbox and the storage under it, closed in this order. */
    record Opened(MailStorage storage, Mailbox mailbox) {
        void close() {
            try {
                mailbox.close();
            } finally {
                storage.close();
            }
        }
    }

    private final MailAccess access;
    private final Mailboxes mailboxes;
    private final MailboxBounds bounds;
    private Optional<MailStorage> storage = Optional.empty();
    private Optional<Operation<Mailbox>> opening = Optional.empty();

    OpenMail(MailAccess access, Mailboxes mailboxes, MailboxBounds bounds) {
        this.access = access;
        this.mailboxes = mailboxes;
        this.bounds = bounds;
    }

    @Override
    public Step<Opened> advance() throws MailboxException {
        boolean goesOn = false;
        try {
            Step<Opened> step = open();
            goesOn = true;
            return step;
        } catch (StorageException failure) {
            throw new MailboxException(kind(failure.kind()), failure.getMessage(), failure);
        } finally {
            if (!goesOn) {
                close();
            }
        }
    }

    private Step<Opened> open() throws MailboxException, StorageException {
        if (opening.isEmpty()) {
            storage = Optional.of(access.open());
            access.close();
            opening = Optional.of(mailboxes.open(storage.get(), bounds));
        }
        Step<Mailbox> step = opening.get().advance();
        if (step instanceof Step.Wait<Mailbox> wait) {
            return new Step.Wait<>(wait.duration());
        }
        Mailbox mailbox = ((Step.Done<Mailbox>) step).result();
        opening.get().close();
        return new Step.Done<>(new Opened(storage.get(), mailbox));
    }

    @Override
    public void close() {
        try {
            opening.ifPresent(Operation::close);
        } finally {
            try {
                storage.ifPresent(MailStorage::close);
            } finally {
                access.close();
            }
        }
    }

    private static MailboxException.Kind kind(StorageException.Kind kind) {
        return switch (kind) {
            case NOT_PERMITTED -> MailboxException.Kind.NOT_PERMITTED;
            case MISSING, CHANGED, EXISTS, FULL, UNAVAILABLE -> MailboxException.Kind.UNAVAILABLE;
        };
    }
}

package org.postern.access.internal.mailbox;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.postern.access.internal.Leased;
import org.postern.access.internal.NamedServices;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.Mailboxes;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;
import org.postern.api.storage.MailStorage;

/**
 * Opens a mailbox through the format that is installed now. A format that leaves half-way is given
 * up for the next one; while there is none this waits, up to the time that a swap may take.
 */
final class FormatOpening implements Operation<OpenMailbox> {
    private static final Duration SWAP = Duration.ofSeconds(Mailboxes.SWAP_SECONDS);
    private static final Duration RETRY = Duration.ofMillis(50);

    private final Way way;
    private final Optional<MailboxSnapshot> resume;
    private OptionalLong absentSince = OptionalLong.empty();
    private Optional<Leased<MailboxFormat>> format = Optional.empty();
    private Optional<Operation<Mailbox>> opening = Optional.empty();

    /**
     * What every opening of one mailbox shares.
     *
     * @param formats those installed
     * @param nanos a monotonic clock
     */
    record Way(
            NamedServices<MailboxFormat> formats,
            LongSupplier nanos,
            MailStorage storage,
            MailboxBounds bounds) {

        Optional<Leased<MailboxFormat>> format() {
            return formats.current(storage.format());
        }
    }

    FormatOpening(Way way, Optional<MailboxSnapshot> resume) {
        this.way = way;
        this.resume = resume;
    }

    @Override
    public Step<OpenMailbox> advance() throws MailboxException {
        Optional<Leased<MailboxFormat>> current = way.format();
        if (!current.equals(format)) {
            close();
            format = current;
        }
        if (current.isEmpty() || !current.get().acquire()) {
            return waitForFormat();
        }
        absentSince = OptionalLong.empty();
        try {
            return advance(current.get());
        } finally {
            current.get().release();
        }
    }

    private Step<OpenMailbox> advance(Leased<MailboxFormat> leased) throws MailboxException {
        if (opening.isEmpty()) {
            opening =
                    Optional.of(
                            FormatCalls.call(
                                    () -> leased.service().open(way.storage, way.bounds, resume)));
        }
        Step<Mailbox> step;
        try {
            step = FormatCalls.advance(opening.get());
        } catch (MailboxException failed) {
            opening = Optional.empty();
            throw failed;
        }
        if (step instanceof Step.Wait<Mailbox> wait) {
            return new Step.Wait<>(wait.duration());
        }
        opening = Optional.empty();
        return new Step.Done<>(verified(((Step.Done<Mailbox>) step).result(), leased));
    }

    /** A format is not believed: a resumed mailbox with other messages would delete wrong ones. */
    private OpenMailbox verified(Mailbox mailbox, Leased<MailboxFormat> leased)
            throws MailboxException {
        boolean good = false;
        try {
            MailboxSnapshot now = FormatCalls.call(mailbox::snapshot);
            if (resume.isPresent() && !isLike(resume.get(), now)) {
                throw new MailboxException(
                        MailboxException.Kind.CHANGED,
                        "the mailbox has other messages after its format was replaced");
            }
            good = true;
            return new OpenMailbox(mailbox, leased, now);
        } finally {
            if (!good) {
                FormatCalls.close(mailbox);
            }
        }
    }

    private static boolean isLike(MailboxSnapshot before, MailboxSnapshot now) {
        return now.count() == before.count() && now.totalOctets() == before.totalOctets();
    }

    private Step<OpenMailbox> waitForFormat() throws MailboxException {
        long now = way.nanos.getAsLong();
        if (absentSince.isEmpty()) {
            absentSince = OptionalLong.of(now);
        }
        if (now - absentSince.getAsLong() >= SWAP.toNanos()) {
            throw new MailboxException(
                    MailboxException.Kind.UNAVAILABLE,
                    "no mailbox format named " + way.storage.format() + " is installed");
        }
        return new Step.Wait<>(RETRY);
    }

    @Override
    public void close() {
        opening.ifPresent(FormatCalls::close);
        opening = Optional.empty();
    }
}

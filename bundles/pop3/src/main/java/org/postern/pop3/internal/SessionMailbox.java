package org.postern.pop3.internal;

import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.postern.api.auth.MailAccess;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.Mailboxes;
import org.postern.api.protocol.Connection;
import org.postern.api.session.Session;
import org.postern.api.session.SessionEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mailbox of one session, from its opening to its update, as far as it is slow: on the workers,
 * with the results told to the machine. All on the event loop, unless stated.
 */
final class SessionMailbox {
    private static final Logger LOG = LoggerFactory.getLogger(SessionMailbox.class);

    private final Connection connection;
    private final Session session;
    private final Mailboxes mailboxes;
    private final Bench bench;
    private final Pop3Machine machine;
    private final Consumer<Runnable> tell;
    private final MessageSender sender;
    private Optional<OpenMail.Opened> mail = Optional.empty();

    /**
     * @param aheadPlaces {@link OpenedAhead#SESSIONS} of them, for all sessions together
     * @param tell runs what tells the machine something, if it still listens
     */
    SessionMailbox(
            Connection connection,
            ReplyOutput output,
            Mailboxes mailboxes,
            Bench bench,
            Semaphore aheadPlaces,
            Pop3Machine machine,
            Consumer<Runnable> tell,
            int nulSubstitute) {
        this.connection = connection;
        this.session = connection.session();
        this.mailboxes = mailboxes;
        this.bench = bench;
        this.machine = machine;
        this.tell = tell;
        sender =
                new MessageSender(
                        connection, output, bench, aheadPlaces, machine, tell, nulSubstitute);
    }

    void open(MailAccess access, MailboxBounds bounds) {
        bench.run(
                new OpenMail(access, mailboxes, bounds),
                Bench.Persistence.TRY,
                this::opened,
                this::notOpened);
    }

    private void opened(OpenMail.Opened opened) {
        mail = Optional.of(opened);
        tell.accept(
                () -> {
                    MailboxSnapshot snapshot = opened.mailbox().snapshot();
                    session.mailboxOpened(snapshot.count(), snapshot.totalOctets());
                    connection.idleTimeout(connection.listener().idleTimeout());
                    machine.opened(new Maildrop(snapshot));
                });
    }

    private void notOpened(MailboxException failure) {
        String reason = failure.getMessage();
        LOG.warn("session {}: the mailbox was not opened: {}", session.info().id(), reason);
        tell.accept(() -> machine.notOpened(failure.kind(), reason));
    }

    void retrieve(int message, long bodyLines, String status) {
        sender.begin(mail.orElseThrow().mailbox(), message, bodyLines, status);
    }

    /** The client reads again. */
    void writable() {
        sender.writable();
    }

    void update(BitSet messages) {
        sender.whenIdle(() -> begin(messages));
    }

    private void begin(BitSet messages) {
        Update update = new Update(mail.orElseThrow().mailbox(), messages);
        update.now()
                .ifPresentOrElse(
                        this::updated,
                        () ->
                                bench.run(
                                        update,
                                        Bench.Persistence.FINISH,
                                        this::updated,
                                        this::notUpdated));
    }

    private void updated(Update.Updated updated) {
        updated.expunged()
                .ifPresent(
                        done ->
                                session.expunged(
                                        done.deleted(),
                                        done.deletedOctets(),
                                        done.left(),
                                        done.leftOctets()));
        updated.unacknowledged()
                .ifPresent(
                        failure ->
                                LOG.warn(
                                        "session {}: messages stay new: {}",
                                        session.info().id(),
                                        failure.getMessage()));
        tell.accept(machine::updated);
    }

    private void notUpdated(MailboxException failure) {
        String reason = failure.getMessage();
        LOG.warn("session {}: the mailbox was not updated: {}", session.info().id(), reason);
        tell.accept(
                () -> {
                    if (failure.kind() == MailboxException.Kind.CHANGED) {
                        machine.fail(SessionEnd.MAILBOX_CHANGED, reason);
                    } else {
                        machine.notUpdated(reason);
                    }
                });
    }

    /**
     * The connection has ended: an update that has begun is finished, anything else given up, and
     * everything closed.
     *
     * @param released run then, on a worker or where there is none
     */
    void ended(Runnable released) {
        sender.ended();
        bench.end(() -> release(released));
    }

    // Nothing else of the session is running any more.
    private void release(Runnable released) {
        try {
            sender.release();
        } finally {
            try {
                mail.ifPresent(OpenMail.Opened::close);
            } finally {
                released.run();
            }
        }
    }
}

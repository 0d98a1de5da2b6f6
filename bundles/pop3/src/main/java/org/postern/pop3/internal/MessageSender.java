package org.postern.pop3.internal;

import static org.postern.api.mailbox.MessageEncoder.ALL_LINES;

import java.util.Optional;
import java.util.function.Consumer;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.protocol.Connection;
import org.postern.api.session.SessionEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a message to the client, one buffer on a worker and one turn of the event loop after the
 * other, for as long as the client reads.
 */
final class MessageSender {
    private static final Logger LOG = LoggerFactory.getLogger(MessageSender.class);

    private final Connection connection;
    private final Bench bench;
    private final Pop3Machine machine;
    private final Consumer<Runnable> tell;
    private final int nulSubstitute;
    private Optional<Sending> current = Optional.empty();
    private boolean warned;

    private static final class Sending {
        private final Retrieval retrieval;
        private final boolean whole;
        private boolean begun;
        private boolean waitsForReader;
        private long octets;

        Sending(Retrieval retrieval, boolean whole) {
            this.retrieval = retrieval;
            this.whole = whole;
        }
    }

    /**
     * @param tell runs what tells the machine something, if it still listens
     */
    MessageSender(
            Connection connection,
            Bench bench,
            Pop3Machine machine,
            Consumer<Runnable> tell,
            int nulSubstitute) {
        this.connection = connection;
        this.bench = bench;
        this.machine = machine;
        this.tell = tell;
        this.nulSubstitute = nulSubstitute;
    }

    /**
     * @param message its index in the snapshot
     * @param bodyLines TOP's count, or ALL_LINES
     * @param status the first line
     */
    void begin(Mailbox mailbox, int message, long bodyLines, String status) {
        Retrieval retrieval =
                new Retrieval(connection, mailbox, message, status, bodyLines, nulSubstitute);
        current = Optional.of(new Sending(retrieval, bodyLines == ALL_LINES));
        step(current.get(), Bench.Persistence.TRY);
    }

    /** The client reads again. */
    void writable() {
        current.filter(message -> message.waitsForReader).ifPresent(this::goOn);
    }

    /** The connection has ended; {@link #release} follows when the task in flight is over. */
    void ended() {
        current.ifPresent(this::count);
    }

    /** On a worker: closes what a message that was not finished has open. */
    void release() {
        current.ifPresent(message -> message.retrieval.close());
    }

    private void step(Sending message, Bench.Persistence persistence) {
        bench.run(
                message.retrieval,
                persistence,
                piece -> filled(message, piece),
                failure -> failed(message, failure));
    }

    private void filled(Sending message, Retrieval.Piece piece) {
        if (machine.closed()) {
            piece.output().release();
            return;
        }
        connection.send(piece.output());
        message.begun = true;
        message.octets = piece.octets();
        if (piece.last()) {
            current = Optional.empty();
            connection.session().messageSent(piece.octets(), message.whole);
            tell.accept(machine::retrieved);
        } else {
            goOn(message);
        }
    }

    private void goOn(Sending message) {
        message.waitsForReader = !connection.writable();
        if (!message.waitsForReader) {
            // Half a message has no reply that could end it: it waits for a worker.
            step(message, Bench.Persistence.INSIST);
        }
    }

    private void failed(Sending message, MailboxException failure) {
        current = Optional.empty();
        count(message);
        String reason = failure.getMessage();
        warn(reason);
        if (failure.kind() == MailboxException.Kind.CHANGED) {
            tell.accept(() -> machine.fail(SessionEnd.MAILBOX_CHANGED, reason));
        } else if (message.begun) {
            tell.accept(() -> machine.fail(SessionEnd.MAILBOX_FAILED, reason));
        } else {
            tell.accept(machine::notRetrieved);
        }
    }

    // Once a session: a client may ask for the same message a million times.
    private void warn(String reason) {
        if (!warned) {
            warned = true;
            LOG.warn(
                    "session {}: a message was not sent: {}",
                    connection.session().info().id(),
                    reason);
        }
    }

    private void count(Sending message) {
        if (message.begun) {
            connection.session().messageSent(message.octets, false);
        }
    }
}

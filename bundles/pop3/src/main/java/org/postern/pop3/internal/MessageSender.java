package org.postern.pop3.internal;

import static org.postern.api.mailbox.MessageEncoder.ALL_LINES;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MessageContent;
import org.postern.api.protocol.Connection;
import org.postern.api.session.SessionEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a message to the client, one buffer after the other, for as long as the client reads: on
 * the event loop while its octets lie in memory, where it goes into the same buffers as the replies
 * before and behind it; else on a worker.
 */
final class MessageSender {
    private static final Logger LOG = LoggerFactory.getLogger(MessageSender.class);

    /** A buffer with less room than this is sent first; longer than any status line. */
    private static final int ROOM = 1024;

    private final Connection connection;
    private final ReplyOutput output;
    private final Bench bench;
    private final Pop3Machine machine;
    private final Consumer<Runnable> tell;
    private final int nulSubstitute;
    private final OpenedAhead ahead;
    private Optional<Sending> current = Optional.empty();
    private boolean warned;

    private static final class Sending {
        private final Mailbox mailbox;
        private final int index;
        private final Retrieval retrieval;
        private final boolean whole;
        private boolean onWorker;
        private boolean begun;
        private boolean waitsForReader;
        private long octets;

        Sending(Mailbox mailbox, int index, Retrieval retrieval, boolean whole) {
            this.mailbox = mailbox;
            this.index = index;
            this.retrieval = retrieval;
            this.whole = whole;
        }
    }

    /**
     * @param aheadPlaces {@link OpenedAhead#SESSIONS} of them, for all sessions together
     * @param tell runs what tells the machine something, if it still listens
     */
    MessageSender(
            Connection connection,
            ReplyOutput output,
            Bench bench,
            Semaphore aheadPlaces,
            Pop3Machine machine,
            Consumer<Runnable> tell,
            int nulSubstitute) {
        this.connection = connection;
        this.output = output;
        this.bench = bench;
        this.machine = machine;
        this.tell = tell;
        this.nulSubstitute = nulSubstitute;
        ahead = new OpenedAhead(connection, bench, aheadPlaces, machine::askedAhead);
    }

    /**
     * @param message its index in the snapshot
     * @param bodyLines TOP's count, or ALL_LINES
     * @param status the first line
     */
    void begin(Mailbox mailbox, int message, long bodyLines, String status) {
        Retrieval retrieval =
                new Retrieval(connection, mailbox, message, status, bodyLines, nulSubstitute);
        Sending sending = new Sending(mailbox, message, retrieval, bodyLines == ALL_LINES);
        current = Optional.of(sending);
        if (ahead.isSettled(message)) {
            open(sending);
        } else {
            ahead.whenIdle(() -> tell.accept(() -> open(sending)));
        }
    }

    private void open(Sending message) {
        Optional<MessageContent> content = ahead.take(message.index);
        if (content.isPresent()) {
            message.retrieval.lend(content.get());
            ahead.goOn(message.mailbox, message.index);
        }
        fill(message);
    }

    /**
     * Runs something when the mailbox is free for it; at once, or later, also after the end of the
     * connection.
     */
    void whenIdle(Runnable task) {
        ahead.whenIdle(task);
    }

    /** The client reads again. */
    void writable() {
        current.filter(message -> message.waitsForReader).ifPresent(this::goOn);
    }

    /** The connection has ended; {@link #release} follows when the task in flight is over. */
    void ended() {
        current.ifPresent(this::count);
        ahead.ended();
    }

    /** On a worker: closes what a message that was not finished has open, and the next ones. */
    void release() {
        try {
            current.ifPresent(message -> message.retrieval.close());
        } finally {
            ahead.close();
        }
    }

    // One buffer on the event loop; what of it is a message's end leaves with the next reply.
    private void fill(Sending message) {
        Retrieval.Progress progress = Retrieval.Progress.HAS_TO_WAIT;
        int start = output.position();
        try {
            if (message.retrieval.isAtHand()) {
                ByteBuffer target = output.target(ROOM);
                start = target.position();
                progress = message.retrieval.advanceNow(target);
            }
        } catch (MailboxException failure) {
            if (!message.begun) {
                output.takeBack(start);
            }
            failed(message, failure);
            return;
        }
        message.octets = message.retrieval.octets();
        switch (progress) {
            case COMPLETE -> complete(message);
            case FULL -> {
                sendFilled(message);
                connection.execute(() -> tell.accept(() -> goOn(message)));
            }
            case HAS_TO_WAIT -> {
                sendFilled(message);
                message.onWorker = true;
                if (message.retrieval.isUnopened()) {
                    ahead.beginWith(message.mailbox, message.index)
                            .ifPresent(message.retrieval::openWith);
                }
                step(message);
            }
        }
    }

    private void sendFilled(Sending message) {
        message.begun |= message.retrieval.hasBegun();
        output.flush();
    }

    // Half a message has no reply that could end it: it waits for a worker.
    private static Bench.Persistence persistence(Sending message) {
        return message.begun ? Bench.Persistence.INSIST : Bench.Persistence.TRY;
    }

    private void complete(Sending message) {
        current = Optional.empty();
        ahead.giveBack();
        connection.session().messageSent(message.octets, message.whole);
        machine.retrieved();
    }

    private void step(Sending message) {
        ahead.whenIdle(
                () -> {
                    if (!machine.closed()) {
                        bench.run(
                                message.retrieval,
                                persistence(message),
                                piece -> filled(message, piece),
                                failure -> failed(message, failure));
                    }
                });
    }

    private void filled(Sending message, Retrieval.Piece piece) {
        ahead.add(piece.others());
        if (machine.closed()) {
            piece.output().release();
            return;
        }
        connection.send(piece.output());
        message.begun = true;
        message.octets = piece.octets();
        if (piece.last()) {
            tell.accept(() -> complete(message));
        } else {
            goOn(message);
        }
    }

    private void goOn(Sending message) {
        message.waitsForReader = !connection.writable();
        if (message.waitsForReader) {
            return;
        }
        if (message.onWorker) {
            step(message);
        } else {
            fill(message);
        }
    }

    private void failed(Sending message, MailboxException failure) {
        current = Optional.empty();
        ahead.giveBack();
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

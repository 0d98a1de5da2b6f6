package org.postern.pop3.internal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MessageContent;
import org.postern.api.mailbox.MessageEncoder;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;
import org.postern.api.posix.PosixException;
import org.postern.api.protocol.Connection;
import org.postern.api.protocol.OutputBuffer;

/**
 * One message on its way: read, encoded and checked, a buffer at a time, so that a large message
 * takes no more memory than a small one. As long as its octets lie in memory that is done on the
 * event loop ({@link #advanceNow}), which saves waking a worker and being woken by it; from the
 * first one that has to be waited for, on a worker ({@link #advance}). The final dot follows only
 * when the mailbox has been found unchanged after the last octet: a client never takes a torn
 * message for a complete one.
 */
final class Retrieval implements Bench.Task<Retrieval.Piece> {
    /** Room without which a buffer is full: for the encoder to go on, and for the final dot. */
    private static final int ROOM = 16;

    /**
     * A filled buffer.
     *
     * @param output to be sent or released
     * @param octets of the message so far, before dot-stuffing
     * @param last whether it ends with the final dot; if not, {@link #advance} gives the next
     * @param others messages that were opened with this one
     */
    record Piece(OutputBuffer output, long octets, boolean last, List<OpenMessage> others) {}

    /** How far {@link #advanceNow} has come. */
    enum Progress {
        /** The final dot was put. */
        COMPLETE,
        /** There is more to put than there was room for. */
        FULL,
        /** It goes on with {@link #advance}. */
        HAS_TO_WAIT
    }

    private final Connection connection;
    private final Mailbox mailbox;
    private final int message;
    private final String status;
    private final long bodyLines;
    private final int nulSubstitute;

    private boolean begun;
    private Optional<BatchOpening> batch = Optional.empty();
    private List<OpenMessage> others = List.of();
    private Optional<Operation<MessageContent>> reading = Optional.empty();
    private Optional<Source> source = Optional.empty();
    private Optional<Operation<Void>> checking = Optional.empty();
    private Optional<OutputBuffer> output = Optional.empty();

    /**
     * @param message its index in the snapshot
     * @param status the first line to send
     * @param bodyLines TOP's count, or {@link MessageEncoder#ALL_LINES}
     * @param nulSubstitute an octet, or {@link MessageEncoder#KEEP_NUL}
     */
    Retrieval(
            Connection connection,
            Mailbox mailbox,
            int message,
            String status,
            long bodyLines,
            int nulSubstitute) {
        this.connection = connection;
        this.mailbox = mailbox;
        this.message = message;
        this.status = status;
        this.bodyLines = bodyLines;
        this.nulSubstitute = nulSubstitute;
    }

    /** Sends a content that somebody else has opened, and closes. */
    void lend(MessageContent content) {
        source = Optional.of(new Source(content, Origin.LENT));
    }

    /** Opens other messages as well, on the worker that opens this one, which is the first. */
    void openWith(BatchOpening others) {
        batch = Optional.of(others);
    }

    /** Whether the message has not been opened. */
    boolean isUnopened() {
        return source.isEmpty();
    }

    /** Whether {@link #advanceNow} has something to put. On the event loop. */
    boolean isAtHand() throws MailboxException {
        return closedIfFailing(
                () -> {
                    if (source.isEmpty()) {
                        source =
                                mailbox.readNow(message)
                                        .map(content -> new Source(content, Origin.MAILBOX));
                    }
                    return source.isPresent() && source.get().read(MessageContent::readCached);
                });
    }

    /**
     * Puts as much as there is room for and as can be had without waiting. On the event loop.
     *
     * @param target with room for the status and {@link #ROOM}
     */
    Progress advanceNow(ByteBuffer target) throws MailboxException {
        return closedIfFailing(() -> fillNow(target));
    }

    private Progress fillNow(ByteBuffer target) throws MailboxException, PosixException {
        if (!begun) {
            begun = true;
            ReplyOutput.put(status, target);
        }
        if (!source.orElseThrow().encode(target, MessageContent::readCached)) {
            return target.remaining() < ROOM ? Progress.FULL : Progress.HAS_TO_WAIT;
        }
        if (target.remaining() < ROOM) {
            return Progress.FULL;
        }
        if (!source.get().isBelieved() && checking().now().isEmpty()) {
            return Progress.HAS_TO_WAIT;
        }
        ReplyOutput.put(Reply.END, target);
        close();
        return Progress.COMPLETE;
    }

    /** Whether anything was put. */
    boolean hasBegun() {
        return begun;
    }

    /** Octets of the message that were put so far, before dot-stuffing. */
    long octets() {
        return source.map(Source::octets).orElse(0L);
    }

    @Override
    public Step<Piece> advance() throws MailboxException {
        return closedIfFailing(this::fill);
    }

    private interface Attempt<T> {
        T make() throws MailboxException, PosixException;
    }

    private <T> T closedIfFailing(Attempt<T> attempt) throws MailboxException {
        boolean goesOn = false;
        try {
            T result = attempt.make();
            goesOn = true;
            return result;
        } catch (PosixException failure) {
            throw new MailboxException(
                    MailboxException.Kind.UNAVAILABLE, failure.getMessage(), failure);
        } finally {
            if (!goesOn) {
                close();
            }
        }
    }

    private Step<Piece> fill() throws MailboxException, PosixException {
        batch.ifPresent(this::open);
        if (source.isEmpty()) {
            Step<MessageContent> step = reading().advance();
            if (step instanceof Step.Wait<MessageContent> wait) {
                return new Step.Wait<>(wait.duration());
            }
            MessageContent content = ((Step.Done<MessageContent>) step).result();
            source = Optional.of(new Source(content, Origin.MAILBOX));
            reading().close();
        }
        ByteBuffer target = target();
        if (!begun) {
            begun = true;
            ReplyOutput.put(status, target);
        }
        if (!source.get().encode(target, MessageContent::read) || target.remaining() < ROOM) {
            return new Step.Done<>(piece(false));
        }
        if (!source.get().isBelieved() && checking().advance() instanceof Step.Wait<Void> wait) {
            return new Step.Wait<>(wait.duration());
        }
        ReplyOutput.put(Reply.END, target);
        Piece last = piece(true);
        close();
        return new Step.Done<>(last);
    }

    private void open(BatchOpening opening) {
        batch = Optional.empty();
        others = opening.advance().result();
        if (!others.isEmpty()) {
            source = Optional.of(new Source(others.get(0).content(), Origin.AHEAD));
            others = others.subList(1, others.size());
        }
    }

    private Operation<MessageContent> reading() {
        if (reading.isEmpty()) {
            reading = Optional.of(mailbox.read(message));
        }
        return reading.get();
    }

    private Operation<Void> checking() {
        if (checking.isEmpty()) {
            checking = Optional.of(mailbox.check());
        }
        return checking.get();
    }

    private ByteBuffer target() {
        if (output.isEmpty()) {
            output = Optional.of(connection.allocate());
        }
        return output.get().bytes();
    }

    private Piece piece(boolean last) {
        Piece piece = new Piece(output.orElseThrow(), octets(), last, others);
        output = Optional.empty();
        others = List.of();
        return piece;
    }

    @Override
    public void close() {
        output.ifPresent(OutputBuffer::release);
        output = Optional.empty();
        source.ifPresent(Source::close);
        batch.ifPresent(BatchOpening::close);
        others.forEach(other -> other.content().close());
        others = List.of();
        try {
            reading.ifPresent(Operation::close);
        } finally {
            checking.ifPresent(Operation::close);
        }
    }

    /** How a source is read. */
    private interface Reader {
        int read(MessageContent content, ByteBuffer target) throws MailboxException, PosixException;
    }

    /** Where a content comes from. */
    private enum Origin {
        /** The mailbox is checked when it was read. */
        MAILBOX,
        /** {@link Mailbox#readAhead}, after which there is nothing to check. */
        AHEAD,
        /** The same, and it is closed by somebody else. */
        LENT
    }

    /** The stored octets, and where their encoding stands. */
    private final class Source {
        private final MessageContent content;
        private final Origin origin;
        private final MessageEncoder encoder;
        // A pooled buffer again, never sent: stored octets between the file and the encoder.
        private final OutputBuffer stored = connection.allocate();
        private boolean atEnd;
        private boolean ended;
        private boolean closed;

        Source(MessageContent content, Origin origin) {
            this.content = content;
            this.origin = origin;
            this.encoder = new MessageEncoder(content.lines(), bodyLines, nulSubstitute);
            stored.bytes().limit(0);
        }

        long octets() {
            return encoder.octets();
        }

        /** Whether what was read of it is that message's, whatever becomes of the mailbox. */
        boolean isBelieved() {
            return origin != Origin.MAILBOX;
        }

        /** Makes sure that there are octets to encode, or none left; false if it has to wait. */
        boolean read(Reader reader) throws MailboxException, PosixException {
            ByteBuffer octets = stored.bytes();
            if (octets.hasRemaining() || atEnd) {
                return true;
            }
            octets.clear();
            int read = reader.read(content, octets);
            octets.flip();
            atEnd = read < 0;
            return read != 0;
        }

        /** Fills a buffer; returns whether the message's last octet is in it, or was before. */
        boolean encode(ByteBuffer target, Reader reader) throws MailboxException, PosixException {
            while (!ended && target.remaining() >= ROOM && read(reader)) {
                if (atEnd) {
                    encoder.finish(target);
                    ended = true;
                } else {
                    encoder.encode(stored.bytes(), target);
                    ended = encoder.complete();
                }
            }
            return ended;
        }

        void close() {
            if (!closed) {
                closed = true;
                stored.release();
                if (origin != Origin.LENT) {
                    content.close();
                }
            }
        }
    }
}

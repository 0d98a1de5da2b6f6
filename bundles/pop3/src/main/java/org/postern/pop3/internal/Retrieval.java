package org.postern.pop3.internal;

import java.nio.ByteBuffer;
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
 * One message on its way: read, encoded and checked on a worker, a buffer at a time, so that a
 * small message takes one step and a large one no more memory than that. The final dot follows only
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
     */
    record Piece(OutputBuffer output, long octets, boolean last) {}

    private final Connection connection;
    private final Mailbox mailbox;
    private final int message;
    private final String status;
    private final long bodyLines;
    private final int nulSubstitute;

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

    @Override
    public Step<Piece> advance() throws MailboxException {
        boolean goesOn = false;
        try {
            Step<Piece> step = fill();
            goesOn = true;
            return step;
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
        if (source.isEmpty()) {
            Step<MessageContent> step = reading().advance();
            if (step instanceof Step.Wait<MessageContent> wait) {
                return new Step.Wait<>(wait.duration());
            }
            MessageContent content = ((Step.Done<MessageContent>) step).result();
            source = Optional.of(new Source(content));
            reading().close();
            ReplyOutput.put(status, target());
        }
        ByteBuffer target = target();
        if (!source.get().encode(target) || target.remaining() < ROOM) {
            return new Step.Done<>(piece(false));
        }
        Step<Void> step = checking().advance();
        if (step instanceof Step.Wait<Void> wait) {
            return new Step.Wait<>(wait.duration());
        }
        ReplyOutput.put(Reply.END, target);
        Piece last = piece(true);
        close();
        return new Step.Done<>(last);
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
        Piece piece = new Piece(output.orElseThrow(), source.orElseThrow().octets(), last);
        output = Optional.empty();
        return piece;
    }

    @Override
    public void close() {
        output.ifPresent(OutputBuffer::release);
        output = Optional.empty();
        source.ifPresent(Source::close);
        try {
            reading.ifPresent(Operation::close);
        } finally {
            checking.ifPresent(Operation::close);
        }
    }

    /** The stored octets, and where their encoding stands. */
    private final class Source {
        private final MessageContent content;
        private final MessageEncoder encoder;
        // A pooled buffer again, never sent: stored octets between the file and the encoder.
        private final OutputBuffer stored = connection.allocate();
        private boolean ended;
        private boolean closed;

        Source(MessageContent content) {
            this.content = content;
            this.encoder = new MessageEncoder(content.lines(), bodyLines, nulSubstitute);
            stored.bytes().limit(0);
        }

        long octets() {
            return encoder.octets();
        }

        /** Fills a buffer; returns whether the message's last octet is in it, or was before. */
        boolean encode(ByteBuffer target) throws MailboxException, PosixException {
            ByteBuffer octets = stored.bytes();
            while (!ended && target.remaining() >= ROOM) {
                if (!octets.hasRemaining()) {
                    octets.clear();
                    int read = content.read(octets);
                    octets.flip();
                    if (read < 0) {
                        encoder.finish(target);
                        ended = true;
                    }
                }
                encoder.encode(octets, target);
                ended |= encoder.complete();
            }
            return ended;
        }

        void close() {
            if (!closed) {
                closed = true;
                stored.release();
                content.close();
            }
        }
    }
}

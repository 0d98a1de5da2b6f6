package org.postern.helper.client.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.PosixException;
import org.postern.api.posix.ReceivedMessage;
import org.postern.api.storage.StorageException;
import org.postern.api.storage.StorageException.Kind;

/**
 * The connection to a user's agent, one request at a time on the caller's thread. After a reply
 * that is late or is none it is over for good: what the next message answers could not be known. It
 * needs nothing of the component that made it, which may be gone while its session lives.
 */
final class AgentConnection implements AutoCloseable {
    /** How long an agent may think; a disk may be slow, a directory large. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MessageSocket socket;
    private final BufferPool buffers;
    private final ProblemLog problems;
    private final Duration patience;
    private int sequence = Question.FIRST;
    private volatile Optional<String> over = Optional.empty();

    AgentConnection(
            MessageSocket socket, BufferPool buffers, ProblemLog problems, Duration patience) {
        this.socket = socket;
        this.buffers = buffers;
        this.problems = problems;
        this.patience = patience;
    }

    /**
     * Makes something of a reply. Descriptors that it does not take are closed.
     *
     * @param <R> what it makes
     */
    interface Reader<R> {
        R read(ReplyReader reader, ReceivedMessage message) throws ReplyException, StorageException;
    }

    ProblemLog problems() {
        return problems;
    }

    /**
     * Asks, and waits for the reply.
     *
     * @throws StorageException what the reader throws, or UNAVAILABLE
     */
    <R> R ask(RequestType type, Consumer<RequestWriter> items, Reader<R> reader)
            throws StorageException {
        requireOpen();
        ByteBuffer buffer = buffers.take();
        try {
            RequestWriter writer = new RequestWriter(buffer, type, ++sequence);
            items.accept(writer);
            writer.finish();
            long until = System.nanoTime() + patience.toNanos();
            send(buffer, until);
            try (ReceivedMessage message = receive(buffer, until)) {
                if (message.isEnd()) {
                    throw new ReplyException("the user's agent has ended: see the helper's log");
                }
                ReplyReader.require(!message.truncated(), "more than a reply holds");
                return reader.read(new ReplyReader(buffer.flip(), type, sequence), message);
            }
        } catch (ReplyException wrong) {
            throw end(wrong.getMessage());
        } catch (PosixException failed) {
            throw end("the connection to the user's agent broke: " + failed.getMessage());
        } finally {
            buffers.giveBack(buffer);
        }
    }

    private void send(ByteBuffer request, long until) throws ReplyException, PosixException {
        while (!socket.send(request)) {
            requireInTime(socket.awaitSpace(left(until)));
        }
    }

    private ReceivedMessage receive(ByteBuffer buffer, long until)
            throws ReplyException, PosixException {
        while (true) {
            Optional<ReceivedMessage> message = socket.receive(buffer.clear());
            if (message.isPresent()) {
                return message.get();
            }
            requireInTime(socket.awaitMessage(left(until)));
        }
    }

    private static Duration left(long until) {
        return Duration.ofNanos(Math.max(0, until - System.nanoTime()));
    }

    private void requireInTime(boolean ready) throws ReplyException {
        if (!ready) {
            throw new ReplyException(
                    "the user's agent has not answered within " + patience.toSeconds() + " s");
        }
    }

    /** Checked before anything else, so that a call on what is closed fails in one way. */
    void requireOpen() throws StorageException {
        if (over.isPresent()) {
            throw new StorageException(Kind.UNAVAILABLE, over.get());
        }
    }

    private StorageException end(String reason) {
        // One that was closed meanwhile has not gone wrong.
        if (over.isEmpty()) {
            problems.error(reason);
            over = Optional.of(reason);
        }
        socket.close();
        return new StorageException(Kind.UNAVAILABLE, reason);
    }

    /** Ends it, and with it the agent. */
    @Override
    public void close() {
        over = Optional.of("the storage is closed");
        socket.close();
    }
}

package org.postern.helper.client.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.postern.api.auth.UserName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.PeerCredentials;
import org.postern.api.posix.ReceivedDescriptor;
import org.postern.api.posix.ReceivedMessage;
import org.slf4j.helpers.NOPLogger;

/** A socket in memory that answers every request with one message and then ends. */
final class ReplayedSocket implements MessageSocket {
    static final FileStatus GOOD =
            new FileStatus(0xfe01, 4711, FileType.REGULAR, 0600, 1001, 1001, 1, 0, 0, 0);

    final AtomicInteger open = new AtomicInteger();
    private final byte[] reply;
    private final boolean truncated;
    private final List<FileStatus> files;
    private boolean answered;

    ReplayedSocket(byte[] reply, boolean truncated, List<FileStatus> files) {
        this.reply = reply;
        this.truncated = truncated;
        this.files = files;
    }

    ReplayedSocket(byte[] reply, int files) {
        this(reply, false, Stream.generate(() -> GOOD).limit(files).toList());
    }

    /** An agent behind this. */
    AgentMailStorage storage(String format) {
        AgentConnection connection =
                new AgentConnection(
                        this,
                        new BufferPool(ReplyReader.LONGEST, 1),
                        new ProblemLog(NOPLogger.NOP_LOGGER, System::nanoTime),
                        Duration.ofSeconds(1));
        return new AgentMailStorage(connection, format, GOOD.owner(), UserName.of("anna"));
    }

    @Override
    public PeerCredentials peer() {
        return new PeerCredentials(0, 0, 1);
    }

    @Override
    public boolean send(ByteBuffer message) {
        message.position(message.limit());
        return true;
    }

    @Override
    public Optional<ReceivedMessage> receive(ByteBuffer target) {
        if (answered) {
            return Optional.of(new ReceivedMessage(0, false, List.of()));
        }
        answered = true;
        int octets = Math.min(reply.length, target.remaining());
        target.put(reply, 0, octets);
        return Optional.of(
                new ReceivedMessage(
                        octets,
                        truncated || octets < reply.length,
                        files.stream()
                                .<ReceivedDescriptor>map(s -> new CountedDescriptor(open, s))
                                .toList()));
    }

    @Override
    public boolean awaitMessage(Duration timeout) {
        return true;
    }

    @Override
    public boolean awaitSpace(Duration timeout) {
        return true;
    }

    @Override
    public void close() {
        answered = true;
    }
}

package org.postern.helper.client.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.postern.api.posix.SocketPoller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that waits for the replies to all logins under way, with the one buffer that it
 * reads them into. Should it ever end, every login still has its deadline.
 */
final class ReplyPoller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyPoller.class);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final SocketPoller poller;
    private final Map<MessageSocket, Consumer<ByteBuffer>> readers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private ReplyPoller(SocketPoller poller) {
        this.poller = poller;
    }

    static ReplyPoller start(Posix posix) throws PosixException {
        ReplyPoller started = new ReplyPoller(posix.newPoller());
        Thread thread = new Thread(started::run, "postern-helper");
        thread.setDaemon(true);
        thread.start();
        return started;
    }

    /**
     * Watches a socket for one message.
     *
     * @param reader called once on the poller's thread, with a buffer of {@link
     *     ReplyReader#LONGEST} octets that is its own until it returns; it does not block
     */
    void register(MessageSocket socket, Consumer<ByteBuffer> reader) throws PosixException {
        readers.put(socket, reader);
        boolean registered = false;
        try {
            poller.register(socket);
            registered = true;
        } finally {
            if (!registered) {
                readers.remove(socket);
            }
        }
    }

    void deregister(MessageSocket socket) {
        poller.deregister(socket);
        readers.remove(socket);
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(ReplyReader.LONGEST);
        try {
            while (!closed) {
                for (MessageSocket ready : poller.await(LONG)) {
                    read(ready, buffer);
                }
            }
        } catch (PosixException failed) {
            if (!closed) {
                LOG.error("no reply of the helper can be waited for any more", failed);
            }
        }
    }

    private void read(MessageSocket ready, ByteBuffer buffer) {
        Consumer<ByteBuffer> reader = readers.remove(ready);
        if (reader != null) {
            try {
                reader.accept(buffer);
            } catch (RuntimeException | LinkageError failed) {
                LOG.error("a reply of the helper could not be dealt with", failed);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        poller.close();
    }
}

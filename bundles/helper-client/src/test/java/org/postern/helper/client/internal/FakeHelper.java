package org.postern.helper.client.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.postern.testkit.posix.MessageServer;

/** Something that listens where the helper should, and does what a test wants. */
final class FakeHelper implements AutoCloseable {
    static final int STATUS = 1;
    static final int LOGIN = 3;

    /** What it does on a connection; the connection ends when this returns. */
    interface Script {
        void serve(Connection connection) throws IOException;
    }

    private final Path socket;
    private final MessageServer server;
    private final Script script;
    private final Set<MessageServer.Peer> peers = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<Integer> ended = new LinkedBlockingQueue<>();
    private volatile boolean closed;

    private FakeHelper(Path socket, Script script) throws IOException {
        this.socket = socket;
        this.script = script;
        this.server = MessageServer.listen(socket, 64);
    }

    static FakeHelper start(Path socket, Script script) throws IOException {
        FakeHelper helper = new FakeHelper(socket, script);
        Thread acceptor = new Thread(helper::accept, "fake-helper");
        acceptor.setDaemon(true);
        acceptor.start();
        return helper;
    }

    /** One that allows what status-reply.hex says and answers logins by the script. */
    static FakeHelper answering(Path socket, Script logins) throws IOException {
        return start(
                socket,
                connection -> {
                    Optional<byte[]> request = connection.receive();
                    if (request.isPresent() && type(request.get()) == STATUS) {
                        connection.send("status-reply");
                    } else if (request.isPresent()) {
                        logins.serve(connection);
                    }
                });
    }

    private void accept() {
        try {
            while (true) {
                MessageServer.Peer peer = server.accept();
                peers.add(peer);
                if (closed) {
                    peer.close();
                    return;
                }
                Thread thread = new Thread(() -> serve(peer), "fake-session");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException stopped) {
            // As it should.
        }
    }

    private void serve(MessageServer.Peer peer) {
        try (peer) {
            script.serve(new Connection(peer));
        } catch (IOException ended) {
            // The client went away.
        } finally {
            peers.remove(peer);
        }
    }

    /** Waits until a script has seen its client end the connection. */
    void awaitEnd() throws InterruptedException {
        if (ended.poll(20, TimeUnit.SECONDS) == null) {
            throw new AssertionError("the client did not end the connection");
        }
    }

    static int type(byte[] request) {
        return ByteBuffer.wrap(request).getShort(4);
    }

    /** The items of a request by their tags. */
    static Map<Integer, byte[]> items(byte[] request) {
        Map<Integer, byte[]> items = new HashMap<>();
        ByteBuffer buffer = ByteBuffer.wrap(request).position(RequestWriter.HEADER);
        while (buffer.hasRemaining()) {
            int tag = buffer.getShort();
            byte[] octets = new byte[buffer.getShort()];
            buffer.get(octets);
            items.put(tag, octets);
        }
        return items;
    }

    @Override
    public void close() {
        closed = true;
        server.close();
        peers.forEach(MessageServer.Peer::close);
        try {
            Files.deleteIfExists(socket);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public String toString() {
        return server.toString();
    }

    /** The helper's end of a connection. */
    final class Connection {
        private final MessageServer.Peer peer;

        private Connection(MessageServer.Peer peer) {
            this.peer = peer;
        }

        Optional<byte[]> receive() throws IOException {
            Optional<byte[]> request = peer.receive();
            if (request.isEmpty()) {
                ended.add(1);
            }
            return request;
        }

        void send(String golden, int... descriptors) throws IOException {
            peer.send(Golden.octets(golden), descriptors);
        }

        void send(byte[] reply, int... descriptors) throws IOException {
            peer.send(reply, descriptors);
        }

        /** With one descriptor, for reading. */
        void sendWithFile(String golden, Path file) throws IOException {
            int number = server.open(file, false);
            try {
                send(golden, number);
            } finally {
                server.close(number);
            }
        }

        /** Waits for the client to end it. */
        void awaitEnd() throws IOException {
            while (receive().isPresent()) {
                // What it still has to say is of no interest.
            }
        }
    }
}

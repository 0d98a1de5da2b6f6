package org.postern.hostile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Any number of connections to one server, on one thread: whoever calls {@link #run}. */
final class Swarm implements AutoCloseable {
    private static final int TURN_MILLIS = 5;

    /** Small, so that a server really waits for whoever does not read. */
    private static final int RECEIVE_BUFFER = 1 << 16;

    private final Options options;
    private final Selector selector;
    private final Set<Wire> wires = new LinkedHashSet<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    private int failures;

    Swarm(Options options) throws IOException {
        this.options = options;
        this.selector = Selector.open();
    }

    /** Begins a connection, encrypted as the options say. */
    void open(Sources from, Peer peer) {
        open(from, peer, options.tls());
    }

    /** Begins a connection on which the peer says whatever it likes. */
    void openRaw(Sources from, Peer peer) {
        open(from, peer, Options.Encryption.NONE);
    }

    private void open(Sources from, Peer peer, Options.Encryption encryption) {
        try {
            SocketChannel channel = SocketChannel.open();
            Wire wire = new Wire(channel, peer, encryption);
            channel.configureBlocking(false);
            channel.setOption(java.net.StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
            channel.bind(from.next());
            wire.register(channel.register(selector, SelectionKey.OP_CONNECT, wire));
            wires.add(wire);
            if (channel.connect(options.server())) {
                wire.finishConnect();
            }
        } catch (IOException e) {
            failures++;
        }
    }

    /** Connections that this machine could not begin: out of ports, or of descriptors. */
    int failures() {
        return failures;
    }

    int count() {
        return wires.size();
    }

    void run(Duration time, Runnable eachTurn) throws IOException {
        run(time, eachTurn, () -> false);
    }

    /** Serves the connections for a time, or until it is enough. */
    void run(Duration time, Runnable eachTurn, BooleanSupplier enough) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
            if (enough.getAsBoolean()) {
                return;
            }
            eachTurn.run();
            for (Wire wire : List.copyOf(wires)) {
                wire.turn(now);
            }
            selector.select(this::serve, TURN_MILLIS);
            wires.removeIf(Wire::isOver);
        }
    }

    private void serve(SelectionKey key) {
        Wire wire = (Wire) key.attachment();
        if (key.isValid() && key.isConnectable()) {
            wire.finishConnect();
        }
        if (key.isValid() && key.isWritable()) {
            wire.write();
        }
        if (key.isValid() && key.isReadable()) {
            wire.read(buffer);
        }
    }

    @Override
    public void close() throws IOException {
        wires.forEach(Wire::reset);
        selector.close();
    }
}

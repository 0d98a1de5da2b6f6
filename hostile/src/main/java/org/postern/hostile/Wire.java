package org.postern.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/** One connection of a {@link Swarm}: octets out, lines in, and any way of leaving. */
final class Wire {
    /** What is kept of a line: a server's has at most 512 octets (RFC 2449, section 4). */
    private static final int LINE = 1024;

    private final SocketChannel channel;
    private final Peer peer;
    private final Options.Encryption encryption;
    private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
    private final StringBuilder line = new StringBuilder();
    private SelectionKey key;
    private TlsLayer tls;
    private String greeting = "";
    private boolean reading = true;

    /** Whether it is encrypted as asked for: before that the peer has nothing to say. */
    private boolean ready;

    private boolean over;

    Wire(SocketChannel channel, Peer peer, Options.Encryption encryption) {
        this.channel = channel;
        this.peer = peer;
        this.encryption = encryption;
    }

    void register(SelectionKey registered) {
        key = registered;
    }

    boolean isOver() {
        return over;
    }

    /** It began; from here the peer is told everything. */
    void finishConnect() {
        try {
            channel.finishConnect();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            interest();
            if (encryption == Options.Encryption.IMPLICIT) {
                encrypt();
            } else if (encryption == Options.Encryption.NONE) {
                ready();
            }
        } catch (IOException e) {
            lost();
        }
    }

    private void ready() {
        ready = true;
        peer.connected(this);
    }

    private void encrypt() throws IOException {
        tls = new TlsLayer(this::enqueue, this::take, this::ready);
        tls.start();
    }

    void send(String octets) {
        send(octets.getBytes(ISO_8859_1));
    }

    void send(byte[] octets) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(octets);
            if (tls == null) {
                enqueue(buffer);
            } else {
                tls.send(buffer);
            }
        } catch (IOException e) {
            lost();
        }
    }

    private void enqueue(ByteBuffer octets) {
        waiting.add(octets);
        interest();
    }

    /** Stops to read, as a client that hangs; or goes on. */
    void read(boolean on) {
        reading = on;
        interest();
    }

    private void interest() {
        if (!over && key.isValid() && channel.isConnected()) {
            key.interestOps(
                    (reading ? SelectionKey.OP_READ : 0)
                            | (waiting.isEmpty() ? 0 : SelectionKey.OP_WRITE));
        }
    }

    void write() {
        try {
            while (!waiting.isEmpty()) {
                channel.write(waiting.peek());
                if (waiting.peek().hasRemaining()) {
                    return;
                }
                waiting.remove();
            }
            interest();
            peer.drained(this);
        } catch (IOException e) {
            lost();
        }
    }

    /**
     * @param buffer to read into
     */
    void read(ByteBuffer buffer) {
        try {
            if (channel.read(buffer.clear()) < 0) {
                lost();
                return;
            }
            buffer.flip();
            if (tls == null) {
                take(buffer);
            } else {
                tls.receive(buffer);
            }
        } catch (IOException e) {
            lost();
        }
    }

    private void take(ByteBuffer octets) {
        while (octets.hasRemaining() && !over) {
            char octet = (char) (octets.get() & 0xFF);
            if (octet == '\n') {
                String whole = line.toString().stripTrailing();
                line.setLength(0);
                said(whole);
            } else if (line.length() < LINE) {
                line.append(octet);
            }
        }
    }

    private void said(String whole) {
        if (encryption != Options.Encryption.STARTTLS || tls != null) {
            peer.line(this, whole);
        } else if (greeting.isEmpty()) {
            greeting = whole;
            send("STLS\r\n");
        } else {
            try {
                encrypt();
                peer.line(this, greeting);
            } catch (IOException e) {
                lost();
            }
        }
    }

    void turn(long now) {
        if (ready && !over) {
            peer.turn(this, now);
        }
    }

    private void lost() {
        if (!over) {
            drop(false);
            peer.closed(this);
        }
    }

    /** Ends it as a machine does that has lost its power: the server gets RST. */
    void reset() {
        drop(true);
    }

    private void drop(boolean reset) {
        over = true;
        try {
            if (reset) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            channel.close();
        } catch (IOException closed) {
            // As it should be.
        }
    }
}

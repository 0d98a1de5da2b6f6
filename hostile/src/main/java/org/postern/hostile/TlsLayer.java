package org.postern.hostile;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** A client's TLS between a socket and what is said, on one thread. */
final class TlsLayer {
    private static final SSLContext CONTEXT = Certificates.believed();
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine = CONTEXT.createSSLEngine("localhost", 0);
    private final ByteBuffer received;
    private final ByteBuffer plain;
    private final ByteBuffer sealed;
    private final Consumer<ByteBuffer> toServer;
    private final Consumer<ByteBuffer> toClient;
    private final Runnable onReady;
    private boolean ready;

    /**
     * @param toServer takes records; the buffer is its own
     * @param toClient takes what the server says, during the call
     * @param onReady when the handshake is done
     */
    TlsLayer(Consumer<ByteBuffer> toServer, Consumer<ByteBuffer> toClient, Runnable onReady) {
        this.toServer = toServer;
        this.toClient = toClient;
        this.onReady = onReady;
        engine.setUseClientMode(true);
        int record = engine.getSession().getPacketBufferSize();
        received = ByteBuffer.allocate(record * 2);
        sealed = ByteBuffer.allocate(record);
        plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    }

    void start() throws SSLException {
        engine.beginHandshake();
        pump();
    }

    void receive(ByteBuffer octets) throws SSLException {
        while (octets.hasRemaining()) {
            int length = Math.min(octets.remaining(), received.remaining());
            received.put(octets.slice(octets.position(), length));
            octets.position(octets.position() + length);
            pump();
        }
    }

    void send(ByteBuffer octets) throws SSLException {
        do {
            seal(octets);
        } while (octets.hasRemaining());
    }

    private void pump() throws SSLException {
        while (true) {
            HandshakeStatus status = engine.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                for (Runnable task; (task = engine.getDelegatedTask()) != null; ) {
                    task.run();
                }
            } else if (status == HandshakeStatus.NEED_WRAP) {
                seal(NOTHING);
            } else {
                if (status == HandshakeStatus.NOT_HANDSHAKING && !ready) {
                    ready = true;
                    onReady.run();
                }
                if (!open()) {
                    return;
                }
            }
        }
    }

    /** Whether there may be more. */
    private boolean open() throws SSLException {
        received.flip();
        SSLEngineResult result = engine.unwrap(received, plain.clear());
        received.compact();
        if (plain.flip().hasRemaining()) {
            toClient.accept(plain);
        }
        HandshakeStatus next = result.getHandshakeStatus();
        boolean wantsOctets =
                next == HandshakeStatus.NEED_UNWRAP || next == HandshakeStatus.NOT_HANDSHAKING;
        return result.getStatus() == SSLEngineResult.Status.OK
                && (result.bytesConsumed() > 0 || !wantsOctets);
    }

    private void seal(ByteBuffer octets) throws SSLException {
        if (engine.wrap(octets, sealed.clear()).getStatus() != SSLEngineResult.Status.OK) {
            throw new SSLException("closed");
        }
        ByteBuffer record = ByteBuffer.allocate(sealed.flip().remaining());
        toServer.accept(record.put(sealed).flip());
    }
}

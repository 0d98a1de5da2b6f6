package org.postern.listener.internal;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/** A client whose records can be cut, kept back and repeated before they are sent. */
final class RawTls implements AutoCloseable {
    private static final int ROOM = 64 * 1024;

    final SSLEngine engine;
    final Socket socket;
    private final ByteBuffer received = ByteBuffer.allocate(ROOM).flip();
    private final ByteBuffer plain = ByteBuffer.allocate(ROOM).flip();
    private int piece = Integer.MAX_VALUE;

    RawTls(SSLEngine engine, int port, String version) throws IOException {
        this(engine, new Socket(InetAddress.getLoopbackAddress(), port), version);
    }

    RawTls(SSLEngine engine, Socket socket, String version) throws IOException {
        this.engine = engine;
        this.socket = socket;
        engine.setEnabledProtocols(new String[] {version});
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) Bench.PATIENCE.toMillis());
    }

    /** From now on so many octets are written at once. */
    RawTls inPieces(int octets) {
        piece = octets;
        return this;
    }

    RawTls handshake() throws IOException {
        engine.beginHandshake();
        while (true) {
            HandshakeStatus status = engine.getHandshakeStatus();
            switch (status) {
                case NEED_WRAP -> write(wrap(new byte[0]));
                case NEED_TASK -> engine.getDelegatedTask().run();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrap();
                default -> {
                    return this;
                }
            }
        }
    }

    /** The first flight, not sent. */
    byte[] hello() throws IOException {
        engine.beginHandshake();
        return wrap(new byte[0]);
    }

    byte[] wrap(String text) throws IOException {
        return wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private byte[] wrap(byte[] octets) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(ROOM);
        engine.wrap(ByteBuffer.wrap(octets), record);
        byte[] made = new byte[record.flip().remaining()];
        record.get(made);
        return made;
    }

    void write(byte[] octets) throws IOException {
        write(octets, 0, octets.length);
    }

    void write(byte[] octets, int from, int to) throws IOException {
        for (int at = from; at < to; ) {
            int length = Math.min(piece, to - at);
            socket.getOutputStream().write(octets, at, length);
            at += length;
        }
    }

    void send(String text) throws IOException {
        write(wrap(text));
    }

    String read(int octets) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.length() < octets) {
            while (plain.hasRemaining() && text.length() < octets) {
                text.append((char) (plain.get() & 0xFF));
            }
            if (text.length() < octets && !unwrap()) {
                throw new EOFException(text.toString());
            }
        }
        return text.toString();
    }

    /** Whether the server said close_notify and then closed, with nothing before that. */
    boolean isClosedInOrder() throws IOException {
        while (!plain.hasRemaining()) {
            if (!unwrap()) {
                return engine.isInboundDone() && socket.getInputStream().read() < 0;
            }
        }
        return false;
    }

    // False after close_notify.
    private boolean unwrap() throws IOException {
        plain.compact();
        SSLEngineResult result = engine.unwrap(received, plain);
        plain.flip();
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            return false;
        }
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
            received.compact();
            InputStream in = socket.getInputStream();
            int read = in.read(received.array(), received.position(), received.remaining());
            if (read < 0) {
                throw new EOFException("closed without close_notify");
            }
            received.position(received.position() + read).flip();
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

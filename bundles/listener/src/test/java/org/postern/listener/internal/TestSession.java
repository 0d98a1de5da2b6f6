package org.postern.listener.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.postern.api.protocol.Connection;
import org.postern.api.protocol.OutputBuffer;
import org.postern.api.protocol.ProtocolSession;
import org.postern.api.session.SessionEnd;

/**
 * A protocol's session that echoes, and goes when it is asked to; tests override what they are
 * about.
 */
class TestSession implements ProtocolSession {
    final Connection connection;
    final CompletableFuture<SessionEnd> ended = new CompletableFuture<>();
    final CompletableFuture<Void> drained = new CompletableFuture<>();

    TestSession(Connection connection) {
        this.connection = connection;
    }

    final void send(String text) {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    final void send(byte[] octets) {
        OutputBuffer output = connection.allocate();
        output.bytes().put(octets);
        connection.send(output);
    }

    static void fail() {
        throw new IllegalStateException("by the test");
    }

    static String text(ByteBuffer input) {
        byte[] octets = new byte[input.remaining()];
        input.get(octets);
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void input(ByteBuffer input) {
        send(text(input));
    }

    @Override
    public void writable() {}

    @Override
    public void drain() {
        drained.complete(null);
        connection.close(SessionEnd.DRAINED, "");
    }

    @Override
    public void ended(SessionEnd end) {
        if (!ended.complete(end)) {
            throw new IllegalStateException("ended twice");
        }
    }
}

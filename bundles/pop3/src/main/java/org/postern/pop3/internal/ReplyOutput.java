package org.postern.pop3.internal;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.postern.api.protocol.Connection;
import org.postern.api.protocol.OutputBuffer;

/** Collects replies, so that those to commands that came together leave together. */
final class ReplyOutput {
    private final Connection connection;
    private Optional<OutputBuffer> filling = Optional.empty();

    ReplyOutput(Connection connection) {
        this.connection = connection;
    }

    /** Adds a line of ASCII and its end. */
    void line(String text) {
        ByteBuffer target = target(text.length() + 2);
        put(text, target);
    }

    /** Puts a line of ASCII and its end. */
    static void put(String text, ByteBuffer target) {
        for (int i = 0; i < text.length(); i++) {
            target.put((byte) text.charAt(i));
        }
        target.put((byte) '\r').put((byte) '\n');
    }

    /** A buffer with this much room, behind what was added. */
    ByteBuffer target(int room) {
        if (filling.isPresent() && filling.get().bytes().remaining() < room) {
            flush();
        }
        if (filling.isEmpty()) {
            filling = Optional.of(connection.allocate());
        }
        return filling.get().bytes();
    }

    /** Octets that were added and not sent. */
    int position() {
        return filling.map(buffer -> buffer.bytes().position()).orElse(0);
    }

    /** Forgets what was put into the last {@link #target} since its position was this. */
    void takeBack(int position) {
        if (position > 0) {
            filling.ifPresent(buffer -> buffer.bytes().position(position));
        } else {
            discard();
        }
    }

    /** Sends what was added. */
    void flush() {
        filling.ifPresent(connection::send);
        filling = Optional.empty();
    }

    /** Gives up what was added. */
    void discard() {
        filling.ifPresent(OutputBuffer::release);
        filling = Optional.empty();
    }
}

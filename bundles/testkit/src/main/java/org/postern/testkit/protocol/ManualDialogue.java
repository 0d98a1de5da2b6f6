package org.postern.testkit.protocol;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.postern.api.protocol.Protocol;
import org.postern.api.session.SessionEnd;

/** A dialogue with a protocol on a {@link ManualConnection}; time passes when nothing else can. */
public final class ManualDialogue implements Dialogue {
    private final ManualConnection connection;
    private final int pieces;
    private byte[] unread = {};

    private ManualDialogue(ManualConnection connection, int pieces) {
        this.connection = connection;
        this.pieces = pieces;
    }

    /**
     * Opens a connection.
     *
     * @param pieces octets that arrive at once, at most
     */
    public static ManualDialogue open(ManualConnection connection, Protocol protocol, int pieces) {
        connection.open(protocol).settle();
        return new ManualDialogue(connection, pieces);
    }

    @Override
    public void send(byte[] octets) {
        for (int from = 0; from < octets.length; from += pieces) {
            int to = Math.min(octets.length, from + pieces);
            connection.receive(Arrays.copyOfRange(octets, from, to)).settle();
        }
    }

    @Override
    public Optional<byte[]> line() throws IOException {
        while (true) {
            connection.settle();
            take();
            Optional<byte[]> line = nextLine();
            if (line.isPresent()) {
                return line;
            }
            if (connection.ended().isPresent()) {
                return Optional.empty();
            }
            if (!connection.elapseToTimer()) {
                throw new IOException("the server says nothing");
            }
        }
    }

    @Override
    public void encrypt() throws IOException {
        connection.settle();
        take();
        if (unread.length > 0) {
            throw new IOException("the server has said something ahead of the handshake");
        }
        connection.handshake();
    }

    private void take() {
        byte[] more = connection.takeOutput().getBytes(Transcript.OCTETS);
        byte[] all = Arrays.copyOf(unread, unread.length + more.length);
        System.arraycopy(more, 0, all, unread.length, more.length);
        unread = all;
    }

    private Optional<byte[]> nextLine() throws IOException {
        for (int i = 0; i < unread.length; i++) {
            if (unread[i] == '\n') {
                if (i == 0 || unread[i - 1] != '\r') {
                    throw new IOException("a line without CR");
                }
                byte[] line = Arrays.copyOf(unread, i - 1);
                unread = Arrays.copyOfRange(unread, i + 1, unread.length);
                return Optional.of(line);
            }
        }
        return Optional.empty();
    }

    /** The client goes away. */
    @Override
    public void close() {
        connection.end(SessionEnd.DISCONNECTED).settle();
    }
}

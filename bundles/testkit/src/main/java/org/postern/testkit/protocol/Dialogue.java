package org.postern.testkit.protocol;

import java.io.IOException;
import java.util.Optional;

/** A client's end of one connection to a server of lines, however it is connected. */
public interface Dialogue extends AutoCloseable {

    /** Sends octets as they are. */
    void send(byte[] octets) throws IOException;

    /**
     * Waits for the server's next line.
     *
     * @return the line without its CRLF, or empty when the server has closed the connection
     * @throws IOException if it takes too long, or a line has no CRLF
     */
    Optional<byte[]> line() throws IOException;

    /**
     * Begins TLS, and waits until the handshake has succeeded.
     *
     * @throws IOException if it fails, or the server has said something ahead of it
     */
    void encrypt() throws IOException;

    @Override
    void close() throws IOException;
}

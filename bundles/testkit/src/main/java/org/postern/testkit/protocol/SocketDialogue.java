package org.postern.testkit.protocol;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** A dialogue with a server over TCP. */
public final class SocketDialogue implements Dialogue {
    private final SSLSocketFactory tls;
    private Socket socket;
    private InputStream in;

    /**
     * Connects.
     *
     * @param patience how long a connection and each line may take
     */
    public SocketDialogue(InetSocketAddress server, Duration patience) throws IOException {
        this(connected(server, patience), trusting());
    }

    /**
     * Connects, to encrypt later.
     *
     * @param tls makes the sockets that encrypt, and decides whom they trust
     */
    public SocketDialogue(InetSocketAddress server, Duration patience, SSLSocketFactory tls)
            throws IOException {
        this(connected(server, patience), tls);
    }

    /** Takes over a connected socket, with its timeout. */
    public SocketDialogue(Socket connected) throws IOException {
        this(connected, trusting());
    }

    private SocketDialogue(Socket connected, SSLSocketFactory tls) throws IOException {
        this.tls = tls;
        socket = connected;
        in = new BufferedInputStream(connected.getInputStream());
    }

    private static SSLSocketFactory trusting() {
        return (SSLSocketFactory) SSLSocketFactory.getDefault();
    }

    private static Socket connected(InetSocketAddress server, Duration patience)
            throws IOException {
        Socket socket = new Socket();
        int millis = Math.toIntExact(patience.toMillis());
        socket.connect(server, millis);
        socket.setSoTimeout(millis);
        socket.setTcpNoDelay(true);
        return socket;
    }

    @Override
    public void send(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
    }

    @Override
    public Optional<byte[]> line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int before = -1;
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                if (line.size() > 0) {
                    throw new IOException("the connection was closed within a line");
                }
                return Optional.empty();
            }
            if (octet == '\n') {
                if (before != '\r') {
                    throw new IOException("a line without CR");
                }
                byte[] whole = line.toByteArray();
                return Optional.of(Arrays.copyOf(whole, whole.length - 1));
            }
            line.write(octet);
            before = octet;
        }
    }

    @Override
    public void encrypt() throws IOException {
        if (in.available() > 0) {
            throw new IOException("the server has said something ahead of the handshake");
        }
        String host = socket.getInetAddress().getHostAddress();
        SSLSocket encrypted = (SSLSocket) tls.createSocket(socket, host, socket.getPort(), true);
        encrypted.startHandshake();
        socket = encrypted;
        in = new BufferedInputStream(encrypted.getInputStream());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

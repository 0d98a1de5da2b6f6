package org.postern.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/** One conversation, which waits for its answers: the victim's, and where one client is enough. */
final class Session implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    /** More than any reply has (RFC 2449, section 4: 512 octets). */
    private static final int LINE = 4096;

    private static final SSLContext TLS = Certificates.believed();

    private Socket socket;
    private InputStream in;

    private Session(Socket socket) throws IOException {
        use(socket);
    }

    /** Connected, and encrypted where the port is. The greeting is yet to be read. */
    static Session connect(InetSocketAddress server, InetSocketAddress from, boolean implicit)
            throws IOException {
        Socket socket = new Socket();
        try {
            socket.bind(from);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(server, PATIENCE_MILLIS);
            Session session = new Session(socket);
            if (implicit) {
                session.encrypt();
            }
            return session;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Connected as the options say, greeted and ready for a login. */
    static Session open(Options options, InetSocketAddress from) throws IOException {
        Session session =
                connect(options.server(), from, options.tls() == Options.Encryption.IMPLICIT);
        try {
            session.expectOk(session.line());
            if (options.tls() == Options.Encryption.STARTTLS) {
                session.expectOk(session.command("STLS"));
                session.encrypt();
            }
            return session;
        } catch (IOException e) {
            session.close();
            throw e;
        }
    }

    void login(Options.Login login) throws IOException {
        expectOk(command("USER " + login.user()));
        expectOk(command("PASS " + login.password()));
    }

    /** A whole session of somebody who looks whether there is mail. */
    static void look(Options options, InetSocketAddress from) throws IOException {
        try (Session session = open(options, from)) {
            session.login(options.victim());
            session.expectOk(session.command("STAT"));
            session.expectOk(session.command("QUIT"));
        }
    }

    void encrypt() throws IOException {
        // Without the name, which is that of whoever answers for the address.
        use(TLS.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true));
    }

    private void use(Socket connected) throws IOException {
        socket = connected;
        in = new BufferedInputStream(connected.getInputStream());
    }

    void send(String octets) throws IOException {
        socket.getOutputStream().write(octets.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    void send(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
        socket.getOutputStream().flush();
    }

    String command(String line) throws IOException {
        send(line + "\r\n");
        return line();
    }

    /**
     * @throws IOException if the server closes or says too much
     */
    String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet; (octet = in.read()) != '\n'; ) {
            if (octet < 0) {
                throw new EOFException("closed");
            }
            if (line.size() == LINE) {
                throw new IOException("a line that does not end");
            }
            line.write(octet);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }

    /** Lines of CAPA; none where the server has no such command. */
    List<String> capabilities() throws IOException {
        List<String> lines = new ArrayList<>();
        if (command("CAPA").startsWith("+OK")) {
            for (String line = line(); !line.equals("."); line = line()) {
                lines.add(line);
            }
        }
        return lines;
    }

    String expectOk(String reply) throws IOException {
        if (!reply.startsWith("+OK")) {
            throw new IOException(reply);
        }
        return reply;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package org.postern.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A plain POP3 client that hides nothing: lines as ISO 8859-1, message octets as they came. */
final class PopClient implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;

    PopClient(int port) throws IOException {
        socket.connect(new InetSocketAddress(PosternServer.LOOPBACK, port), 10_000);
        socket.setSoTimeout(60_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        out = socket.getOutputStream();
    }

    /** Connected, greeted and logged in with the tests' password. */
    static PopClient login(int port, String user) throws IOException {
        PopClient client = new PopClient(port);
        client.expectOk(client.line());
        client.ok("USER " + user);
        client.ok("PASS " + PosternServer.PASSWORD);
        return client;
    }

    Socket socket() {
        return socket;
    }

    void send(String octets) throws IOException {
        out.write(octets.getBytes(ISO_8859_1));
        out.flush();
    }

    /** A command's status line. */
    String command(String line) throws IOException {
        send(line + "\r\n");
        return line();
    }

    /** A command that must succeed; its status line. */
    String ok(String line) throws IOException {
        return expectOk(command(line));
    }

    /** The next line, without its CRLF, which must be there. */
    String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet; (octet = in.read()) != '\n'; ) {
            if (octet < 0) {
                throw new EOFException("closed after: " + line.toString(ISO_8859_1));
            }
            line.write(octet);
        }
        String text = line.toString(ISO_8859_1);
        if (!text.endsWith("\r")) {
            throw new IOException("a line without CR: " + text);
        }
        return text.substring(0, text.length() - 1);
    }

    /** Lines of a multi-line reply after its status line, dots unstuffed. */
    List<String> lines(String command) throws IOException {
        ok(command);
        List<String> lines = new ArrayList<>();
        for (String line; !(line = line()).equals("."); ) {
            lines.add(line.startsWith(".") ? line.substring(1) : line);
        }
        return lines;
    }

    /** A message's octets as sent, dots unstuffed. */
    byte[] retrieve(int number) throws IOException {
        ok("RETR " + number);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (String line; !(line = line()).equals("."); ) {
            content.writeBytes(
                    (line.startsWith(".") ? line.substring(1) : line).getBytes(ISO_8859_1));
            content.write('\r');
            content.write('\n');
        }
        return content.toByteArray();
    }

    /** Reads a multi-line reply and throws it away; its octets, dots unstuffed, without the end. */
    long skipMessage() throws IOException {
        long octets = 0;
        boolean lineStart = true;
        int previous = -1;
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("closed within a message");
            }
            if (lineStart && octet == '.') {
                int next = in.read();
                if (next == '\r') {
                    in.read();
                    return octets;
                }
                octet = next;
            }
            octets++;
            lineStart = octet == '\n' && previous == '\r';
            previous = octet;
        }
    }

    /** Whether the server has closed, without having sent anything more. */
    boolean isClosedSilently() throws IOException {
        return in.read() < 0;
    }

    String expectOk(String status) throws IOException {
        if (!status.startsWith("+OK")) {
            throw new IOException("expected +OK: " + status);
        }
        return status;
    }

    void quit() throws IOException {
        ok("QUIT");
        if (!isClosedSilently()) {
            throw new IOException("something came after the reply to QUIT");
        }
        close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package org.postern.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** A plain POP3 client that hides nothing: lines as ISO 8859-1, message octets as they came. */
public final class PopClient implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;

    PopClient(int port) throws IOException {
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    public PopClient(InetSocketAddress server) throws IOException {
        this(new InetSocketAddress(0), server);
    }

    private PopClient(InetSocketAddress local, InetSocketAddress server) throws IOException {
        // Small, so that a server in the middle of a large message really waits for its reader.
        socket.setReceiveBufferSize(1 << 16);
        socket.bind(local);
        socket.connect(server, 10_000);
        socket.setSoTimeout(60_000);
        socket.setTcpNoDelay(true);
        in = new Unlocked(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Connected from another address of this machine's, as another source. */
    static PopClient from(String source, int port) throws IOException {
        return new PopClient(
                new InetSocketAddress(source, 0),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** Connected, greeted and logged in with the tests' password. */
    static PopClient login(int port, String user) throws IOException {
        PopClient client = new PopClient(port);
        client.expectOk(client.line());
        client.ok("USER " + user);
        client.ok("PASS " + PosternServer.PASSWORD);
        return client;
    }

    /** Connected, greeted and logged in. */
    public static PopClient login(InetSocketAddress server, String user, String password)
            throws IOException {
        PopClient client = new PopClient(server);
        try {
            client.expectOk(client.line());
            client.ok("USER " + user);
            client.ok("PASS " + password);
            return client;
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    public Socket socket() {
        return socket;
    }

    public void send(String octets) throws IOException {
        out.write(octets.getBytes(ISO_8859_1));
        out.flush();
    }

    /** A command's status line. */
    public String command(String line) throws IOException {
        send(line + "\r\n");
        return line();
    }

    /** A command that must succeed; its status line. */
    public String ok(String line) throws IOException {
        return expectOk(command(line));
    }

    /** The next line, without its CRLF, which must be there. */
    public String line() throws IOException {
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
    public List<String> lines(String command) throws IOException {
        ok(command);
        List<String> lines = new ArrayList<>();
        String line = line();
        while (!line.equals(".")) {
            lines.add(line.startsWith(".") ? line.substring(1) : line);
            line = line();
        }
        return lines;
    }

    /** A message's octets as sent, dots unstuffed. */
    public byte[] retrieve(int number) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (String line : lines("RETR " + number)) {
            content.writeBytes((line + "\r\n").getBytes(ISO_8859_1));
        }
        return content.toByteArray();
    }

    /** Reads a multi-line reply and throws it away; its octets, dots unstuffed, without the end. */
    public long skipMessage() throws IOException {
        return readMessage(new CRC32());
    }

    /**
     * Reads a multi-line reply of any size; sums up its octets, dots unstuffed, without the end.
     */
    long readMessage(CRC32 sum) throws IOException {
        byte[] block = new byte[1 << 16];
        int used = 0;
        long octets = 0;
        boolean lineStart = true;
        while (true) {
            int octet = in.read();
            if (lineStart && octet == '.') {
                octet = in.read();
                if (octet == '\r') {
                    in.read();
                    sum.update(block, 0, used);
                    return octets;
                }
            }
            if (octet < 0) {
                throw new EOFException("closed within a message");
            }
            block[used++] = (byte) octet;
            octets++;
            if (used == block.length) {
                sum.update(block, 0, used);
                used = 0;
            }
            lineStart = octet == '\n';
        }
    }

    /** Whether the server has closed, without having sent anything more. */
    public boolean isClosedSilently() throws IOException {
        return in.read() < 0;
    }

    public String expectOk(String status) throws IOException {
        if (!status.startsWith("+OK")) {
            throw new IOException("expected +OK: " + status);
        }
        return status;
    }

    public void quit() throws IOException {
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

    /** A buffer without BufferedInputStream's lock at every octet. */
    private static final class Unlocked extends InputStream {
        private final InputStream from;
        private final byte[] buffer = new byte[1 << 16];
        private int next;
        private int end;

        Unlocked(InputStream from) {
            this.from = from;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int octet = read();
            if (octet < 0 || length == 0) {
                return octet < 0 ? -1 : 0;
            }
            target[offset] = (byte) octet;
            return 1;
        }

        @Override
        public int read() throws IOException {
            if (next == end) {
                end = from.read(buffer, 0, buffer.length);
                next = 0;
                if (end < 0) {
                    end = 0;
                    return -1;
                }
            }
            return buffer[next++] & 0xFF;
        }
    }
}

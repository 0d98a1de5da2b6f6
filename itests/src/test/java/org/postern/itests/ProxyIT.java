package org.postern.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients behind a proxy, and strangers who claim to be behind one. */
class ProxyIT {
    private static final String BUSY = "-ERR [SYS/TEMP] ";

    @TempDir static Path directory;

    private static PosternServer server;
    private static int proxied;

    @BeforeAll
    static void start() throws Exception {
        server = new PosternServer(directory);
        proxied = PosternServer.freePort();
        server.user("anna", "mbox:~/inbox");
        Files.writeString(server.home("anna").resolve("inbox"), "From a\nSubject: x\n\nx\n");
        server.configure(
                "org.postern.listener~proxied",
                "address=127.0.0.1",
                "port=" + proxied,
                "plaintextLogin=always",
                "proxyProtocol=127.0.0.0/8");
        server.configure(
                "org.postern.limits",
                "maxSessionsPerSource=2",
                "maxSessionsPerUser=100",
                "exempt=127.0.0.0/8");
        server.start();
        server.awaitLog("listener proxied: port");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static PopClient connect(int port, byte[] first) throws IOException {
        PopClient client =
                new PopClient(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        client.send(new String(first, ISO_8859_1));
        return client;
    }

    private static byte[] version1(String source) {
        return ("PROXY TCP4 " + source + " 203.0.113.1 56324 110\r\n").getBytes(ISO_8859_1);
    }

    private static byte[] version2(String source) throws IOException {
        byte[] address = InetAddress.getByName(source).getAddress();
        byte[] tlvs = {4, 0, 2, 0, 0};
        return ByteBuffer.allocate(16 + 2 * address.length + 4 + tlvs.length)
                .put(new byte[] {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10, 0x21})
                .put((byte) (address.length == 4 ? 0x11 : 0x21))
                .putShort((short) (2 * address.length + 4 + tlvs.length))
                .put(address)
                .put(address)
                .putShort((short) 56324)
                .putShort((short) 110)
                .put(tlvs)
                .array();
    }

    private static byte[] with(byte[] header, String more) {
        byte[] octets = Arrays.copyOf(header, header.length + more.length());
        System.arraycopy(more.getBytes(ISO_8859_1), 0, octets, header.length, more.length());
        return octets;
    }

    private static void serves(byte[] header, String source) throws Exception {
        String session = "USER anna\r\nPASS " + PosternServer.PASSWORD + "\r\nSTAT\r\n";
        try (PopClient client = connect(proxied, with(header, session))) {
            for (int line = 0; line < 3; line++) {
                assertTrue(client.line().startsWith("+OK"));
            }
            assertTrue(client.line().startsWith("+OK 1 "));
            client.quit();
        }
        server.awaitLog("user=anna backend=virtual source=" + source + " ");
    }

    @Test
    void bothVersionsServeTheClientByItsOwnAddress() throws Exception {
        serves(version1("198.51.100.1"), "198.51.100.1");
        serves(version2("198.51.100.2"), "198.51.100.2");
        serves(version2("2001:db8:0:2::7"), "2001:db8:0:2:0:0:0:7");
        serves("PROXY TCP6 ::ffff:198.51.100.3 ::1 1 2\r\n".getBytes(ISO_8859_1), "198.51.100.3");
    }

    @Test
    void theLimitsCountTheClientAndTellIt() throws Exception {
        List<PopClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                PopClient client = connect(proxied, version1("198.51.100.9"));
                assertTrue(client.line().startsWith("+OK"));
                clients.add(client);
            }
            try (PopClient third = connect(proxied, with(version2("198.51.100.9"), "CAPA\r\n"))) {
                String refusal = third.line();
                assertTrue(refusal.startsWith(BUSY), refusal);
                assertTrue(isOver(third));
            }
            server.awaitLog("connection refused listener=proxied source=198.51.100.9 ");
            try (PopClient other = connect(proxied, version1("198.51.100.10"))) {
                assertTrue(other.line().startsWith("+OK"));
            }
        } finally {
            for (PopClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aHealthCheckIsGreeted() throws Exception {
        try (PopClient check = connect(proxied, "PROXY UNKNOWN\r\n".getBytes(ISO_8859_1))) {
            assertTrue(check.line().startsWith("+OK"));
            check.quit();
        }
    }

    @Test
    void aProxyWithoutAHeaderIsClosed() throws Exception {
        try (PopClient client = connect(proxied, "CAPA\r\n".getBytes(ISO_8859_1))) {
            assertTrue(isOver(client));
        }
        server.awaitLog("reason=\"no PROXY header from the proxy\"");
        long since = System.nanoTime();
        try (PopClient silent = connect(proxied, new byte[0])) {
            assertTrue(isOver(silent));
        }
        Duration waited = Duration.ofNanos(System.nanoTime() - since);
        assertTrue(waited.toMillis() >= 2_500 && waited.toSeconds() < 15, "" + waited);
    }

    @Test
    void aStrangerWithAHeaderIsClosedUnheard() throws Exception {
        for (byte[] header : List.of(version1("198.51.100.20"), version2("198.51.100.20"))) {
            try (PopClient stranger = connect(server.port(), with(header, "CAPA\r\n"))) {
                String greeting = stranger.line();
                assertTrue(greeting.startsWith("+OK"), greeting);
                assertTrue(isOver(stranger));
            }
        }
        server.awaitLog("end=untrusted_proxy");
        assertFalse(server.log().contains("198.51.100.20"));
        assertFalse(server.log().contains("PROXY TCP4"));
    }

    private static boolean isOver(PopClient client) throws IOException {
        try {
            client.line();
            return false;
        } catch (EOFException | SocketException over) {
            return true;
        }
    }
}

package org.postern.listener.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.protocol.Connection;
import org.postern.testkit.auth.HiddenPassword;
import org.postern.testkit.auth.ProcessMemory;

/** What was read from a socket is nowhere in the process once the protocol has taken it. */
final class LeftoverInputTest {
    private static final int CONNECTIONS = 50;

    private final HiddenPassword password = new HiddenPassword();
    private final ByteBuffer sent = ByteBuffer.allocateDirect(100);

    /** Takes one line, and for now no more. */
    private static final class OneLine extends TestSession {
        final CompletableFuture<Integer> taken = new CompletableFuture<>();

        OneLine(Connection connection) {
            super(connection);
        }

        @Override
        public void input(ByteBuffer input) {
            int from = input.position();
            for (int i = from; i < input.limit(); i++) {
                if (input.get(i) == '\n') {
                    input.position(i + 1);
                    connection.pause();
                    int octets = i + 1 - from;
                    connection.execute(() -> taken.complete(octets));
                    return;
                }
            }
            input.position(input.limit());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noPasswordIsLeftInMemory(boolean epoll) throws Exception {
        try (Bench bench = new Bench(epoll, Bench.PATIENT).serving(OneLine::new)) {
            for (int i = 1; i < CONNECTIONS; i++) {
                try (SocketChannel client = connect(bench)) {
                    login(bench, client, i % 2 == 0 ? "" : "NOOP\r\nPASS");
                    client.shutdownOutput();
                }
            }
            try (SocketChannel client = connect(bench)) {
                login(bench, client, "NOOP\r\n");
                assertEquals(List.of(), ProcessMemory.ofThis().find(password));
            }
        }
    }

    private static SocketChannel connect(Bench bench) throws IOException {
        return SocketChannel.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), bench.port()));
    }

    private void login(Bench bench, SocketChannel client, String more) throws Exception {
        sent.put("PASS ".getBytes(US_ASCII));
        password.putInto(sent);
        sent.put(("\r\n" + more).getBytes(US_ASCII)).flip();
        while (sent.hasRemaining()) {
            client.write(sent);
        }
        HiddenPassword.wipe(sent);
        OneLine session = (OneLine) bench.session();
        assertEquals("PASS \r\n".length() + HiddenPassword.LENGTH, session.taken.get());
    }
}

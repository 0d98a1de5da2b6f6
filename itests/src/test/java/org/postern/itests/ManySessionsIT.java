package org.postern.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who does nothing, or stops in the middle, keeps nobody else out. */
class ManySessionsIT {
    private static final int IDLE = 500;
    private static final int STALLED = 50;

    @TempDir static Path directory;

    private static PosternServer server;

    private final List<PopClient> clients = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (PopClient client : clients) {
            client.close();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        server = new PosternServer(directory);
        server.user("anna", "mbox:~/inbox").user("ben", "mbox:~/inbox");
        Files.writeString(server.home("ben").resolve("inbox"), "From a\nSubject: small\n\nx\n");
        Files.writeString(
                server.home("anna").resolve("inbox"),
                "From a\nSubject: large\n\n" + ("x".repeat(99) + "\n").repeat(200_000));
        server.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void idleSessionsAndSilentConnectionsKeepNobodyOut() throws Exception {
        for (int i = 0; i < IDLE; i++) {
            clients.add(PopClient.login(server.port(), "ben"));
        }
        for (int i = 0; i < IDLE; i++) {
            clients.add(new PopClient(server.port()));
        }
        Duration took = session();
        assertTrue(took.toSeconds() < 10, "the session after them took " + took);
        // They are all still there.
        for (int i = 0; i < IDLE; i++) {
            clients.get(i).ok("NOOP");
        }
        for (int i = IDLE; i < 2 * IDLE; i++) {
            clients.get(i).expectOk(clients.get(i).line());
        }
    }

    @Test
    void readersThatStopHoldUpNobody() throws Exception {
        for (int i = 0; i < STALLED; i++) {
            PopClient client = PopClient.login(server.port(), "anna");
            client.send("RETR 1\r\n");
            clients.add(client);
        }
        for (PopClient client : clients) {
            client.expectOk(client.line());
        }
        Duration took = session();
        assertTrue(took.toSeconds() < 10, "the session beside them took " + took);
        // One that goes on gets the whole message.
        assertEquals(200_000L * 101 + 18, clients.get(7).skipMessage());
        clients.get(7).quit();
    }

    @Test
    void whatJavasCompilersHaveUsedIsGivenBackWhereThisJavaCanDoThat() throws Exception {
        String arguments =
                Files.readString(Path.of("/proc", Long.toString(server.pid()), "cmdline"));
        assertEquals(
                known("TrimNativeHeapInterval"),
                arguments.contains("\0-XX:TrimNativeHeapInterval=5000\0"),
                arguments);
    }

    private static boolean known(String option) {
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).getVMOption(option);
            return true;
        } catch (IllegalArgumentException unknown) {
            return false;
        }
    }

    private static Duration session() throws Exception {
        long start = System.nanoTime();
        try (PopClient client = PopClient.login(server.port(), "anna")) {
            client.ok("RETR 1");
            assertEquals(200_000L * 101 + 18, client.skipMessage());
            client.quit();
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }
}

package org.postern.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The hostile clients of {@code bin/hostile}, for a short while each, against the limits as they
 * are shipped; of those that come in two kinds the worse one. By hand they go on for longer; see
 * docs/threats.md.
 */
@Isolated("measures how long a login takes")
class HostileIT {
    /** SHA512-crypt of the tests' password: what passwords cost is what guessing is about. */
    private static final String HASH =
            "$6$hostile$fAX3vAaDC6.n6VTi8afL9yClbJf7o7JNeW7ESm3OUJ8"
                    + "..QJBZVdhJpb7USYQTeqlk.Qr13WjBLyrwPtmziYxX1";

    private static final List<String> COMMON =
            List.of("--tries", "3", "--seconds", "2", "--connections", "1000");

    @TempDir static Path directory;

    private static PosternServer server;
    private static int implicitPort;

    @BeforeAll
    static void start() throws Exception {
        implicitPort = PosternServer.freePort();
        server = new PosternServer(directory);
        server.configure("org.postern.limits");
        server.configure("org.postern.auth.virtual", "users=" + server.users());
        server.configure(
                "org.postern.listener~test",
                "address=127.0.0.1",
                "port=" + server.port(),
                "tls=starttls");
        server.configure(
                "org.postern.listener~implicit",
                "address=127.0.0.1",
                "port=" + implicitPort,
                "tls=implicit");
        for (String user : List.of("attacker", "victim")) {
            server.userLine(
                    user
                            + ":{SHA512-CRYPT}"
                            + HASH
                            + "::::"
                            + server.home(user)
                            + "::userdb_mail=mbox:~/inbox");
        }
        Files.writeString(
                server.home("attacker").resolve("inbox"),
                "From a\nSubject: large\n\n" + ("x".repeat(99) + "\n").repeat(200_000),
                ISO_8859_1);
        Files.writeString(server.home("victim").resolve("inbox"), "From a\n\nsmall\n");
        server.start();
        server.await("a certificate", Duration.ofSeconds(60), () -> offers("STLS"));
        server.await("mechanisms", Duration.ofSeconds(60), () -> offers("SASL PLAIN"));
    }

    private static boolean offers(String capability) {
        try (PopClient client = new PopClient(server.port())) {
            client.expectOk(client.line());
            return client.lines("CAPA").stream().anyMatch(line -> line.startsWith(capability));
        } catch (IOException notYet) {
            return false;
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void inClearAndAfterStls() throws Exception {
        withstands(
                server.port(),
                "none",
                "slowloris-sources",
                "handshakes-stls",
                "endless-line-in",
                "noops",
                "guesses",
                "guesses-sources",
                "resets",
                "stalls",
                "stls-injection",
                "auth",
                "proxy-headers",
                "connects-sources");
    }

    @Test
    void withImplicitTls() throws Exception {
        withstands(implicitPort, "implicit", "handshakes", "noise");
    }

    private static void withstands(int port, String tls, String... scenarios) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                ProcessHandle.current().info().command().orElse("java"),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("postern.hostile"),
                                "org.postern.hostile.Hostile",
                                "127.0.0.1",
                                String.valueOf(port),
                                "--tls",
                                tls,
                                "--user",
                                "attacker",
                                "--password",
                                PosternServer.PASSWORD,
                                "--victim-user",
                                "victim",
                                "--victim-password",
                                PosternServer.PASSWORD));
        command.addAll(COMMON);
        command.addAll(List.of(scenarios));
        Process hostile = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(hostile.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        System.out.println(said);
        assertEquals(0, hostile.waitFor(), said);
        assertFalse(said.contains("not offered"), said);
        // The heap is 128 MB, and the first allocation that fails ends the process.
        assertTrue(server.isAlive(), server.log());
        assertFalse(server.log().contains("OutOfMemory"), server.log());
    }
}

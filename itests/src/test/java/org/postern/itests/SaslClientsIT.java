package org.postern.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Folder;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins by SASL on the installed distribution: real clients, and one that breaks off. */
class SaslClientsIT {
    private static final String USER = "anna";
    private static final String RIGHT = base64("\0" + USER + "\0" + PosternServer.PASSWORD);
    private static final String MESSAGE = "From: a@example.org\nSubject: one\n\none\n";

    @TempDir static Path directory;
    @TempDir Path clientHome;

    private static PosternServer server;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = new PosternServer(directory);
        server.user(USER, "mbox:~/inbox");
        Files.writeString(server.home(USER).resolve("inbox"), SampleMail.mboxEntry(MESSAGE));
        server.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"AUTH=PLAIN", "AUTH=PLAIN --sasl-ir", "AUTH=LOGIN", "AUTH=LOGIN --sasl-ir"})
    void curlLogsIn(String options) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "-sSv", "--max-time", "30"));
        command.add("--login-options");
        command.addAll(List.of(options.split(" ")));
        command.addAll(List.of("--user", USER + ":" + PosternServer.PASSWORD));
        command.add("pop3://127.0.0.1:" + server.port() + "/1");
        String output = run(command);
        assertTrue(output.contains("> AUTH "), output);
        assertTrue(output.contains("Subject: one"), output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "login"})
    void mpopLogsIn(String mechanism) throws Exception {
        Path inbox = clientHome.resolve("inbox");
        Path configuration =
                Files.writeString(
                        clientHome.resolve("mpoprc"),
                        "defaults\ntls off\nuidls_file "
                                + clientHome.resolve("uidls")
                                + "\naccount default\nhost 127.0.0.1\nport "
                                + server.port()
                                + "\nauth "
                                + mechanism
                                + "\nuser "
                                + USER
                                + "\npassword \""
                                + PosternServer.PASSWORD
                                + "\"\nkeep on\ndelivery mbox "
                                + inbox
                                + "\n");
        Files.setPosixFilePermissions(configuration, PosixFilePermissions.fromString("rw-------"));
        String output = run(List.of("mpop", "--debug", "--file=" + configuration));
        assertTrue(output.contains("AUTH "), output);
        assertTrue(Files.readString(inbox, ISO_8859_1).contains("Subject: one"), output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "LOGIN"})
    void jakartaMailLogsIn(String mechanism) throws Exception {
        try (Store store = jakarta(mechanism)) {
            store.connect("127.0.0.1", server.port(), USER, PosternServer.PASSWORD);
            try (Folder folder = store.getFolder("INBOX")) {
                folder.open(Folder.READ_ONLY);
                assertEquals(1, folder.getMessageCount());
            }
        }
        try (Store store = jakarta(mechanism)) {
            assertThrows(
                    AuthenticationFailedException.class,
                    () -> store.connect("127.0.0.1", server.port(), USER, "wrong"));
        }
    }

    private static Store jakarta(String mechanism) throws Exception {
        Properties properties = new Properties();
        properties.put("mail.pop3.timeout", "30000");
        properties.put("mail.pop3.auth.mechanisms", mechanism);
        return Session.getInstance(properties).getStore("pop3");
    }

    @Test
    void wrongPasswordsAreAnsweredAsAfterPass() throws Exception {
        try (PopClient client = new PopClient(server.port())) {
            client.expectOk(client.line());
            client.ok("USER " + USER);
            String byPass = client.command("PASS wrong");
            assertTrue(byPass.startsWith("-ERR [AUTH] "), byPass);
            assertEquals(byPass, client.command("AUTH PLAIN " + base64("\0" + USER + "\0wrong")));
        }
        try (PopClient client = new PopClient(server.port())) {
            client.expectOk(client.line());
            assertTrue(client.command("AUTH LOGIN").startsWith("+ "));
            assertTrue(client.command(base64("nobody")).startsWith("+ "));
            assertTrue(client.command(base64("wrong")).startsWith("-ERR [AUTH] "));
        }
    }

    @Test
    void brokenExchangesHarmNobodyAndLeaveNothing() throws Exception {
        try (PopClient other = new PopClient(server.port());
                PopClient client = new PopClient(server.port())) {
            other.expectOk(other.line());
            client.expectOk(client.line());
            assertTrue(client.lines("AUTH").containsAll(List.of("PLAIN", "LOGIN")));
            assertEquals("+ ", other.command("AUTH PLAIN"));
            for (String broken : List.of("no-base64-horse", "aG9yc2U", "*", "=", "aG9yc2U=")) {
                assertEquals("+ ", client.command("AUTH PLAIN"));
                assertTrue(client.command(broken).startsWith("-ERR "), broken);
            }
            assertEquals("+ ", client.command("AUTH PLAIN"));
            assertTrue(client.command("horse".repeat(100_000)).startsWith("-ERR "));
            assertTrue(client.command("AUTH HORSE").startsWith("-ERR "));
            client.expectOk(other.command(RIGHT));
            client.expectOk(client.command("AUTH PLAIN " + RIGHT));
            // What was sent ahead is of the next state.
            other.send("STAT\r\nQUIT\r\n");
            other.expectOk(other.line());
            other.expectOk(other.line());
            client.quit();
        }
        String log = server.log();
        assertFalse(log.contains("horse") || log.contains("aG9yc2U") || log.contains("HORSE"), log);
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("HOME", clientHome.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}

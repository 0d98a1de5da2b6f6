package org.postern.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong is named, loses nothing and stops nothing else. */
class BadInputIT {
    private static final String MAIL = "From a\nSubject: x\n\nx\n";
    private static final String TEMPLATE = "%n%s{}${hostName}";
    private static final String GARBAGE = "not an mbox\n";
    private static final List<String> NOT_FIT =
            List.of("directory", "fifo", "link", "linked", "garbage", "mdfile", "mdlink");

    @TempDir static Path directory;

    private static PosternServer server;
    private static ServerSocket other;

    /** One server: whatever is wrong in one place is nobody else's concern. */
    @BeforeAll
    static void start() throws Exception {
        other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        server = new PosternServer(directory);
        server.user("anna", "mbox:~/inbox");
        server.configure(
                "org.postern.listener~taken", "address=127.0.0.1", "port=" + other.getLocalPort());
        for (String user : NOT_FIT) {
            boolean mbox = !user.startsWith("md");
            server.user(user, mbox ? "mbox:~/inbox" : "maildir:~/Maildir");
        }
        for (String user : List.of("empty", "missing", TEMPLATE)) {
            server.user(user, "mbox:~/inbox");
        }
        // Somebody else's file, by an absolute path.
        server.user("foreign", "mbox:" + (PosternServer.ROOT ? "/etc/group" : "/etc/passwd"));
        makeMailboxes();
        server.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        other.close();
    }

    @Test
    void badConfigurationIsNamedAndTheLastGoodOneStays() throws Exception {
        server.awaitLog("port " + other.getLocalPort());

        server.configure("org.postern.limits", "maxSessions=many", "maxSesions=5");
        server.configure(
                "org.postern.listener~test",
                "address=127.0.0.1",
                "port=" + server.port(),
                "idleTimeout=-1");
        server.configure("org.postern.pop3", "last=perhaps");
        server.configure("org.postern.mailbox.mbox", "locks=dotlock");
        server.configure("org.postern.auth", "backends=virtual", "order=x");
        for (String expected :
                List.of(
                        "org.postern.limits.cfg: maxSessions = \"many\"",
                        "org.postern.limits.cfg: maxSesions = \"5\"",
                        "org.postern.listener~test.cfg: idleTimeout = \"-1\"",
                        "org.postern.pop3.cfg: last = \"perhaps\"",
                        "org.postern.mailbox.mbox.cfg: locks = \"dotlock\"",
                        "org.postern.auth.cfg: order = \"x\"")) {
            server.awaitLog(expected);
        }
        try (PopClient client = PopClient.login(server.port(), "anna")) {
            client.quit();
        }
        String list = server.console("mail:listener-list --no-format");
        for (String expected :
                List.of("taken", "maxSesions", "idleTimeout", "perhaps", "dotlock", "order")) {
            assertTrue(list.contains(expected), list);
        }
        assertTrue(list.contains(String.valueOf(other.getLocalPort())), list);

        // What is mended is forgotten.
        server.configure("org.postern.listener~test", "address=127.0.0.1", "port=" + server.port());
        server.await(
                "the problem to be gone",
                Duration.ofSeconds(30),
                () -> {
                    try {
                        return !server.console("mail:listener-list").contains("idleTimeout");
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    @Test
    void aUsersFileThatIsNotFitIsRefusedAndTheLastGoodOneStays() throws Exception {
        PopClient.login(server.port(), "anna").quit();
        server.userLine("bad line without fields");
        server.awaitLog("users:" + Files.readAllLines(server.users()).size());
        PopClient.login(server.port(), "anna").quit();
        Files.writeString(
                server.users(),
                Files.readString(server.users()).replace("bad line without fields\n", ""));
        server.user("ben", "mbox:~/inbox");
        awaitLogin("ben");
        PosternServer.run(List.of("chmod", "0644", server.users().toString()));
        server.awaitLog("chmod");
        PopClient.login(server.port(), "ben").quit();
    }

    @Test
    void whoGuessesIsHeldBackUntilForgivenAndNobodyElse() throws Exception {
        String guesser = "127.0.0.7";
        limits(1, "penaltyBase=200", "penaltyFactor=4", "penaltyCeiling=1", "penaltyHalfLife=3600");
        try {
            guess(guesser, "anna", "wrong");
            long began = System.nanoTime();
            guess(guesser, "anna", "wrong, too");
            assertTrue(System.nanoTime() - began >= Duration.ofMillis(250).toNanos());
            began = System.nanoTime();
            guess(guesser, "nobody", "wrong");
            assertTrue(System.nanoTime() - began >= Duration.ofSeconds(1).toNanos());
            assertTurnedAway(guesser);
            try (PopClient other = PopClient.from("127.0.0.8", server.port())) {
                letIn(other);
            }
            String seen =
                    server.consoleOf(
                            "looker",
                            "mail:listener-list --no-format",
                            "mail:limit-forgive " + guesser,
                            "mail:limit-list --no-format");
            assertTrue(seen.contains(String.valueOf(server.port())), seen);
            assertFalse(seen.contains("forgiven") || seen.contains("penalty"), seen);
            assertTurnedAway(guesser);
            String done =
                    server.console("mail:limit-list --no-format", "mail:limit-forgive " + guesser);
            assertTrue(
                    Pattern.compile("127\\.0\\.0\\.7\\S*\t2\\.\\d\t1000\trefused")
                            .matcher(done)
                            .find(),
                    done);
            assertTrue(done.contains(guesser + " forgiven"), done);
            try (PopClient again = PopClient.from(guesser, server.port())) {
                letIn(again);
            }
        } finally {
            limits(3);
        }
    }

    // Sets limits, and waits until they hold: by how many failures a connection outlives, each time
    // those of another source.
    private static void limits(int failures, String... more) throws Exception {
        List<String> lines = new ArrayList<>(List.of(more));
        lines.addAll(
                List.of(
                        "maxSessionsPerSource=2000",
                        "maxSessionsPerUser=1000",
                        "maxLoginFailures=" + failures));
        server.configure("org.postern.limits", lines.toArray(String[]::new));
        int[] sources = {0};
        server.await(
                "the limits to hold",
                Duration.ofSeconds(30),
                () -> {
                    String source = "127.0." + (failures + 1) + "." + ++sources[0];
                    try {
                        return guess(source, "nobody", "wrong") == (failures == 1);
                    } catch (IOException failed) {
                        throw new AssertionError(failed);
                    }
                });
    }

    // Whether the connection is closed after it.
    private static boolean guess(String source, String name, String password) throws IOException {
        try (PopClient client = PopClient.from(source, server.port())) {
            client.expectOk(client.line());
            client.ok("USER " + name);
            assertTrue(client.command("PASS " + password).startsWith("-ERR [AUTH]"));
            client.send("NOOP\r\n");
            return client.isClosedSilently();
        } catch (SocketException reset) {
            return true;
        }
    }

    // In words that nobody takes for a wrong password.
    private static void assertTurnedAway(String source) throws IOException {
        try (PopClient client = PopClient.from(source, server.port())) {
            String said = client.line();
            assertTrue(said.startsWith("-ERR [SYS/TEMP] "), said);
            assertTrue(client.isClosedSilently());
        }
    }

    private static void letIn(PopClient client) throws IOException {
        client.expectOk(client.line());
        client.ok("USER anna");
        client.ok("PASS " + PosternServer.PASSWORD);
        client.quit();
    }

    /** Neither one that is typed nor one that is logged: Log4Shell, and formats made of names. */
    @Test
    void aNameIsNoTemplate() throws Exception {
        try (ServerSocket directoryService =
                        new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                PopClient client = new PopClient(server.port())) {
            client.expectOk(client.line());
            String lookup = "${jndi:ldap://127.0.0.1:" + directoryService.getLocalPort() + "/x}";
            client.ok("USER " + lookup);
            assertTrue(client.command("PASS " + lookup).startsWith("-ERR [AUTH]"));
            try (PopClient own = PopClient.login(server.port(), TEMPLATE)) {
                own.quit();
            }
            server.awaitLog("user=" + TEMPLATE + " ");
            assertFalse(server.log().contains("jndi"));
            directoryService.setSoTimeout(1);
            assertThrows(SocketTimeoutException.class, directoryService::accept);
        }
    }

    private static void makeMailboxes() throws Exception {
        Path elsewhere = Files.writeString(server.home("real").resolve("inbox"), MAIL);
        Files.createDirectories(server.home("directory").resolve("inbox"));
        PosternServer.run(List.of("mkfifo", server.home("fifo").resolve("inbox").toString()));
        Files.createSymbolicLink(server.home("link").resolve("inbox"), elsewhere);
        Path linked = Files.writeString(server.home("linked").resolve("inbox"), MAIL);
        Files.createLink(server.home("linked").resolve("other"), linked);
        Files.writeString(server.home("garbage").resolve("inbox"), GARBAGE);
        Files.createFile(server.home("empty").resolve("inbox"));
        Files.writeString(server.home("mdfile").resolve("Maildir"), "not a directory");
        Files.createSymbolicLink(server.home("mdlink").resolve("Maildir"), server.home("ben"));
    }

    @Test
    void mailboxesThatAreNotFitAreRefusedAndLeftAlone() throws Exception {
        List<String> users = new ArrayList<>(NOT_FIT);
        users.add("foreign");
        for (String user : users) {
            try (PopClient client = new PopClient(server.port())) {
                client.expectOk(client.line());
                client.ok("USER " + user);
                String reply = client.command("PASS " + PosternServer.PASSWORD);
                assertTrue(
                        reply.startsWith("-ERR [SYS/PERM]") || reply.startsWith("-ERR [SYS/TEMP]"),
                        user + ": " + reply);
                assertTrue(client.isClosedSilently());
            }
        }
        server.awaitLog("symbolic link");
        server.awaitLog("From");
        assertEquals(GARBAGE, Files.readString(server.home("garbage").resolve("inbox")));
        for (String user : List.of("empty", "missing")) {
            try (PopClient client = PopClient.login(server.port(), user)) {
                assertEquals("+OK 0 0", client.ok("STAT").substring(0, 7));
                client.quit();
            }
        }
        assertTrue(Files.notExists(server.home("missing").resolve("inbox")));
    }

    private static void awaitLogin(String user) throws Exception {
        server.await(
                user + " to be known",
                Duration.ofSeconds(30),
                () -> {
                    try (PopClient client = PopClient.login(server.port(), user)) {
                        client.quit();
                        return true;
                    } catch (java.io.IOException unknown) {
                        return false;
                    }
                });
    }
}

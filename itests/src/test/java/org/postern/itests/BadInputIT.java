package org.postern.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
                    } catch (java.io.IOException e) {
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

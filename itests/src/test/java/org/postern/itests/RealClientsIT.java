package org.postern.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.eclipse.angus.mail.pop3.POP3Folder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs that people really fetch mail with, on both formats. */
class RealClientsIT {
    private static final List<String> MESSAGES =
            List.of(
                    "From: a@example.org\nSubject: one\nMessage-ID: <1@example.org>\n\none\n.\n.end\n",
                    "From: b@example.org\nSubject: two\nMessage-ID: <2@example.org>\n\n\u00e4\n",
                    "From: c@example.org\nSubject: three\nMessage-ID: <3@example.org>\n\nthree\n");
    private static final List<String> PROGRAMS = List.of("curl", "fetchmail", "mpop");

    @TempDir static Path directory;
    @TempDir Path clientHome;

    private static PosternServer server;

    /** For each client a mailbox in each format, which nobody else touches. */
    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = new PosternServer(directory);
        for (String client : List.of("curl", "fetchmail", "mpop", "jakarta")) {
            for (String user : users(client)) {
                fill(user);
            }
        }
        server.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<String> users(String client) {
        return List.of(client + "-mbox", client + "-maildir");
    }

    private static void fill(String user) throws IOException {
        boolean mbox = user.endsWith("-mbox");
        server.user(user, mbox ? "mbox:~/inbox" : "maildir:~/Maildir");
        if (mbox) {
            StringBuilder inbox = new StringBuilder();
            MESSAGES.forEach(message -> inbox.append(SampleMail.mboxEntry(message)));
            Files.writeString(server.home(user).resolve("inbox"), inbox, ISO_8859_1);
            return;
        }
        Path maildir = server.home(user).resolve("Maildir");
        for (String name : List.of("new", "cur", "tmp")) {
            Files.createDirectories(maildir.resolve(name));
        }
        for (int i = 0; i < MESSAGES.size(); i++) {
            Files.writeString(
                    maildir.resolve("new/" + (i + 1) + ".M1P1.host"), MESSAGES.get(i), ISO_8859_1);
        }
    }

    @BeforeAll
    static void clientsAreInstalled() {
        for (String program : PROGRAMS) {
            assertTrue(
                    Stream.of(System.getenv("PATH").split(":"))
                            .anyMatch(d -> Files.isExecutable(Path.of(d, program))),
                    program + " is not installed; bin/test says how to get it");
        }
    }

    @Test
    void curlReadsAndDeletes() throws Exception {
        for (String user : users("curl")) {
            String list = curl(user, "", List.of());
            assertEquals(3, list.lines().count(), list);
            for (int i = 0; i < MESSAGES.size(); i++) {
                String message = curl(user, String.valueOf(i + 1), List.of());
                assertEquals(new String(SampleMail.sent(MESSAGES.get(i)), ISO_8859_1), message);
            }
            curl(user, "2", List.of("--request", "DELE", "--head"));
            assertEquals(2, curl(user, "", List.of()).lines().count());
            assertEquals(2, curl(user, "", List.of("-X", "UIDL")).lines().count());
        }
    }

    private static String curl(String user, String message, List<String> options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "30"));
        command.addAll(options);
        command.addAll(List.of("--user", user + ":" + PosternServer.PASSWORD));
        command.add("pop3://127.0.0.1:" + server.port() + "/" + message);
        return client(command, null, 0);
    }

    @Test
    void fetchmailFetchesAllAndKeeps() throws Exception {
        for (String user : users("fetchmail")) {
            Path inbox = clientHome.resolve("fetched-" + user);
            Path configuration = clientHome.resolve("fetchmailrc");
            secret(
                    configuration,
                    "set no bouncemail\npoll 127.0.0.1 protocol pop3 port "
                            + server.port()
                            + " uidl timeout 30 username \""
                            + user
                            + "\" password \""
                            + PosternServer.PASSWORD
                            + "\" sslproto '' keep fetchall mda \"cat >> "
                            + inbox
                            + "\"\n");
            List<String> command =
                    List.of(
                            "fetchmail",
                            "--nodetach",
                            "-f",
                            configuration.toString(),
                            "--pidfile",
                            clientHome.resolve("fetchmail.pid").toString());
            client(command, clientHome, 0);
            String fetched = Files.readString(inbox, ISO_8859_1);
            for (String text : List.of("Subject: one", "\n.end", "\u00e4", "Subject: three")) {
                assertTrue(fetched.contains(text), fetched);
            }
            try (PopClient client = PopClient.login(server.port(), user)) {
                assertEquals(3, client.lines("LIST").size());
                client.quit();
            }
        }
    }

    @Test
    void mpopFetchesAndDeletesPipelined() throws Exception {
        for (String user : users("mpop")) {
            Path inbox = clientHome.resolve("popped-" + user);
            Path configuration = clientHome.resolve("mpoprc");
            secret(
                    configuration,
                    "defaults\ntls off\npipelining on\nuidls_file "
                            + clientHome.resolve("uidls-" + user)
                            + "\naccount default\nhost 127.0.0.1\nport "
                            + server.port()
                            + "\nauth user\nuser "
                            + user
                            + "\npassword \""
                            + PosternServer.PASSWORD
                            + "\"\nkeep off\ndelivery mbox "
                            + inbox
                            + "\n");
            client(List.of("mpop", "--file=" + configuration), clientHome, 0);
            String fetched = Files.readString(inbox, ISO_8859_1);
            for (String text : List.of("Subject: one", "\n.end", "\u00e4", "Subject: three")) {
                assertTrue(fetched.contains(text), fetched);
            }
            try (PopClient client = PopClient.login(server.port(), user)) {
                assertEquals(List.of(), client.lines("LIST"));
                client.quit();
            }
        }
    }

    @Test
    void jakartaMailReadsAndDeletes() throws Exception {
        Properties properties = new Properties();
        properties.put("mail.pop3.timeout", "30000");
        Session session = Session.getInstance(properties);
        for (String user : users("jakarta")) {
            try (Store store = session.getStore("pop3")) {
                store.connect("127.0.0.1", server.port(), user, PosternServer.PASSWORD);
                try (Folder folder = store.getFolder("INBOX")) {
                    folder.open(Folder.READ_WRITE);
                    assertEquals(MESSAGES.size(), folder.getMessageCount());
                    for (int i = 0; i < MESSAGES.size(); i++) {
                        Message message = folder.getMessage(i + 1);
                        ByteArrayOutputStream content = new ByteArrayOutputStream();
                        message.writeTo(content);
                        assertArrayEquals(SampleMail.sent(MESSAGES.get(i)), content.toByteArray());
                        assertTrue(((POP3Folder) folder).getUID(message).length() > 0);
                    }
                    folder.getMessage(1).setFlag(Flags.Flag.DELETED, true);
                }
            }
            try (PopClient client = PopClient.login(server.port(), user)) {
                assertEquals(2, client.lines("LIST").size());
                client.quit();
            }
        }
    }

    private static void secret(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static String client(List<String> command, Path home, int status)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (home != null) {
            builder.environment().put("HOME", home.toString());
            builder.environment().put("FETCHMAILHOME", home.toString());
        }
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        assertEquals(status, process.waitFor(), () -> command.get(0) + " said: " + output);
        return output;
    }
}

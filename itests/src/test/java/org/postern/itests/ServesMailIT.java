package org.postern.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole way through: one session each on an mbox and a Maildir, with a deletion, and the
 * unique-ids of mailboxes that Dovecot has left.
 */
class ServesMailIT {
    private static final String FIRST = "Subject: one\n\n.dot\nend\n";
    private static final String SECOND = "Subject: two\n\nno line end";

    @TempDir Path directory;

    @Test
    void readsAndDeletesFromBothFormats() throws Exception {
        try (PosternServer server = new PosternServer(directory)) {
            server.user("anna", "mbox:~/inbox").user("ben", "maildir:~/Maildir");
            server.user("carl", "mbox:~/inbox");
            Files.writeString(
                    server.home("carl").resolve("inbox"),
                    """
                    From c
                    X-IMAPbase: 7 0000000002
                    X-UID: 1

                    one

                    From c
                    X-UID: 2

                    two
                    """);
            Files.writeString(
                    server.home("anna").resolve("inbox"),
                    "From a\n" + FIRST + "\nFrom b\n" + SECOND);
            for (String name : List.of("new", "cur", "tmp")) {
                Files.createDirectories(server.home("ben").resolve("Maildir").resolve(name));
            }
            Files.writeString(server.home("ben").resolve("Maildir/new/1.a.b"), FIRST);
            Files.writeString(server.home("ben").resolve("Maildir/cur/2.a.b:2,S"), SECOND);
            Files.writeString(
                    server.home("ben").resolve("Maildir/dovecot-uidlist"),
                    "3 V7 N3 Gabc\n1 W27 :1.a.b\n2 Pold-id :2.a.b\n");
            server.start();
            assertIds(server, "ben", "1 0000000100000007", "2 old-id");
            assertIds(server, "carl", "1 0000000100000007", "2 0000000200000007");
            try (PopClient client = PopClient.login(server.port(), "carl")) {
                client.ok("DELE 1");
                client.quit();
            }
            assertIds(server, "carl", "1 0000000200000007");
            for (String user : List.of("anna", "ben")) {
                try (PopClient client = PopClient.login(server.port(), user)) {
                    assertEquals("+OK 2 " + (27 + 29), client.command("STAT").substring(0, 8));
                    assertArrayEquals(sent(FIRST), client.retrieve(1));
                    assertArrayEquals(sent(SECOND + "\n"), client.retrieve(2));
                    client.ok("DELE 1");
                    client.quit();
                }
                try (PopClient client = PopClient.login(server.port(), user)) {
                    assertEquals(List.of("1 29"), client.lines("LIST"));
                    assertArrayEquals(sent(SECOND + "\n"), client.retrieve(1));
                    client.quit();
                }
            }
        }
    }

    private static void assertIds(PosternServer server, String user, String... ids)
            throws Exception {
        try (PopClient client = PopClient.login(server.port(), user)) {
            assertEquals(List.of(ids), client.lines("UIDL"));
            client.quit();
        }
    }

    private static byte[] sent(String stored) {
        return stored.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}

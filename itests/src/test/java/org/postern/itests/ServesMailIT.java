package org.postern.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way through: one session each on an mbox and a Maildir, with a deletion. */
class ServesMailIT {
    private static final String FIRST = "Subject: one\n\n.dot\nend\n";
    private static final String SECOND = "Subject: two\n\nno line end";

    @TempDir Path directory;

    @Test
    void readsAndDeletesFromBothFormats() throws Exception {
        try (PosternServer server = new PosternServer(directory)) {
            server.user("anna", "mbox:~/inbox").user("ben", "maildir:~/Maildir");
            Files.writeString(
                    server.home("anna").resolve("inbox"),
                    "From a\n" + FIRST + "\nFrom b\n" + SECOND);
            for (String name : List.of("new", "cur", "tmp")) {
                Files.createDirectories(server.home("ben").resolve("Maildir").resolve(name));
            }
            Files.writeString(server.home("ben").resolve("Maildir/new/1.a.b"), FIRST);
            Files.writeString(server.home("ben").resolve("Maildir/cur/2.a.b:2,S"), SECOND);
            server.start();
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

    private static byte[] sent(String stored) {
        return stored.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}

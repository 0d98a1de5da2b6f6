package org.postern.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every sample message, byte for byte, over sessions, deletions and deliveries, in both formats.
 */
class CorpusIT {
    @TempDir Path directory;

    @Test
    void everyMessageIsRetrievedByteForByte() throws Exception {
        List<String> messages = SampleMail.messages();
        try (PosternServer server = new PosternServer(directory)) {
            server.user("anna", "mbox:~/inbox").user("ben", "maildir:~/Maildir");
            server.user("carl", "maildir:~/Maildir");
            Path inbox = server.home("anna").resolve("inbox");
            List<byte[]> inMbox = new ArrayList<>();
            List<byte[]> inMaildir = new ArrayList<>();
            StringBuilder mbox = new StringBuilder();
            int number = 1000;
            for (String message : messages) {
                mbox.append(SampleMail.mboxEntry(message, number));
                inMbox.add(SampleMail.sentFromMbox(message));
                inMaildir.add(SampleMail.sent(message));
                number++;
                deliver(server.home("ben"), number, message);
                // The same with network line ends, as some deliver it.
                deliver(
                        server.home("carl"),
                        number,
                        new String(SampleMail.sent(message), ISO_8859_1));
            }
            Files.writeString(inbox, mbox, ISO_8859_1);
            server.start();

            retrieveDeleteDeliver(
                    server,
                    "anna",
                    inMbox,
                    fresh ->
                            Files.writeString(
                                    inbox,
                                    SampleMail.mboxEntry(fresh),
                                    ISO_8859_1,
                                    StandardOpenOption.APPEND));
            for (String user : List.of("ben", "carl")) {
                retrieveDeleteDeliver(
                        server, user, inMaildir, fresh -> deliver(server.home(user), 9000, fresh));
            }
        }
    }

    private interface Delivery {
        void deliver(String message) throws Exception;
    }

    private static void retrieveDeleteDeliver(
            PosternServer server, String user, List<byte[]> expected, Delivery delivery)
            throws Exception {
        Map<Integer, String> ids = new TreeMap<>();
        try (PopClient client = PopClient.login(server.port(), user)) {
            List<String> sizes = client.lines("LIST");
            List<String> uidl = client.lines("UIDL");
            assertEquals(expected.size(), sizes.size());
            for (int i = 0; i < expected.size(); i++) {
                String what = user + "'s message " + (i + 1);
                byte[] content = client.retrieve(i + 1);
                assertArrayEquals(expected.get(i), content, what);
                assertEquals((i + 1) + " " + content.length, sizes.get(i), what);
                ids.put(i, uidl.get(i).substring(uidl.get(i).indexOf(' ') + 1));
            }
            assertEquals(expected.size(), new HashSet<>(ids.values()).size(), "ids of " + user);
            client.quit();
        }
        // Every third goes; one arrives between DELE and QUIT.
        List<byte[]> left = new ArrayList<>();
        List<String> idsLeft = new ArrayList<>();
        List<String> idsGone = new ArrayList<>();
        try (PopClient client = PopClient.login(server.port(), user)) {
            for (int i = 0; i < expected.size(); i++) {
                assertEquals(
                        "+OK " + (i + 1) + " " + ids.get(i), client.command("UIDL " + (i + 1)));
                if (i % 3 == 1) {
                    client.ok("DELE " + (i + 1));
                    idsGone.add(ids.get(i));
                } else {
                    left.add(expected.get(i));
                    idsLeft.add(ids.get(i));
                }
            }
            delivery.deliver("Subject: fresh\n\nnews\n");
            client.quit();
        }
        left.add(SampleMail.sent("Subject: fresh\n\nnews\n"));
        try (PopClient client = PopClient.login(server.port(), user)) {
            List<String> uidl = client.lines("UIDL");
            assertEquals(left.size(), uidl.size());
            for (int i = 0; i < left.size(); i++) {
                assertArrayEquals(left.get(i), client.retrieve(i + 1), user + " " + (i + 1));
                if (i < idsLeft.size() && !isHeir(idsLeft.get(i), idsGone)) {
                    assertEquals((i + 1) + " " + idsLeft.get(i), uidl.get(i));
                }
            }
            client.quit();
        }
    }

    // A second copy of a message may take over the short id of the first (see the mbox bundle's
    // UniqueIds); every other id stays.
    private static boolean isHeir(String id, List<String> gone) {
        return id.length() > 16 && gone.contains(id.substring(0, 16));
    }

    private static void deliver(Path home, int number, String message) throws Exception {
        Path maildir = home.resolve("Maildir");
        for (String name : List.of("new", "cur", "tmp")) {
            Files.createDirectories(maildir.resolve(name));
        }
        Path temporary = maildir.resolve("tmp/" + number + ".M1P1.host");
        Files.writeString(temporary, message, ISO_8859_1);
        if (PosternServer.ROOT) {
            PosternServer.run(List.of("chown", "nobody:", temporary.toString()));
        }
        Path delivered = maildir.resolve("new/" + temporary.getFileName());
        Files.move(temporary, delivered);
        assertTrue(Files.exists(delivered));
    }
}

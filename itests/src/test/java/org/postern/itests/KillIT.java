package org.postern.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Killed whenever: sessions that delete nothing leave no trace, and what a deletion leaves is the
 * old mailbox or the new one, after the next login.
 */
class KillIT {
    private static final int ROUNDS = 3;

    /** Each starts the server twice; mailbox and storage alone are killed more often elsewhere. */
    private static final int TORN_ROUNDS = 2;

    /** Messages of 13 KB: a rewrite of them takes longer than it takes to be killed. */
    private static final int MANY = 2_000;

    @TempDir Path directory;

    @Test
    void killedSessionsWithoutDeletionsLeaveTheMailboxUntouched() throws Exception {
        long seed = System.nanoTime();
        System.out.println("KillIT: seed " + seed);
        Random random = new Random(seed);
        try (PosternServer server = new PosternServer(directory)) {
            server.user("anna", "mbox:~/inbox");
            Path inbox = server.home("anna").resolve("inbox");
            StringBuilder mbox = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                mbox.append("From a\nSubject: ").append(i).append("\n\n");
                mbox.append("text\n".repeat(500)).append('\n');
            }
            byte[] octets = mbox.toString().getBytes(ISO_8859_1);
            Files.write(inbox, octets);
            FileTime modified = Files.getLastModifiedTime(inbox);
            for (int round = 0; round < ROUNDS; round++) {
                server.start();
                CountDownLatch underWay = new CountDownLatch(1);
                Thread sessions = new Thread(() -> readUntilKilled(server.port(), underWay));
                sessions.start();
                underWay.await();
                TimeUnit.MICROSECONDS.sleep(random.nextInt(300_000));
                server.kill();
                sessions.join();
                assertEquals(modified, Files.getLastModifiedTime(inbox), "round " + round);
                assertArrayEquals(octets, Files.readAllBytes(inbox), "round " + round);
            }
        }
    }

    @Test
    void deletionsThatAreKilledAreEndedAtTheNextLogin() throws Exception {
        long seed = System.nanoTime();
        System.out.println("KillIT: seed " + seed);
        Random random = new Random(seed);
        StringBuilder old = new StringBuilder();
        StringBuilder left = new StringBuilder();
        for (int i = 0; i < MANY; i++) {
            String message = "From a\nSubject: " + i + "\n\n" + "text of many\n".repeat(999) + '\n';
            old.append(message);
            left.append(i % 2 == 0 ? "" : message);
        }
        try (PosternServer server = new PosternServer(directory)) {
            server.user("anna", "mbox:~/inbox");
            Path inbox = server.home("anna").resolve("inbox");
            Path journals = server.data().resolve("mbox-journal");
            int torn = 0;
            for (int round = 0; round < TORN_ROUNDS; round++) {
                Files.write(inbox, old.toString().getBytes(ISO_8859_1));
                server.start();
                try (PopClient client = PopClient.login(server.port(), "anna")) {
                    for (int i = 1; i < MANY; i += 2) {
                        client.ok("DELE " + i);
                    }
                    client.send("QUIT\r\n");
                    // Its journal is the first thing that shows that it is at work.
                    awaitFile(journals);
                    TimeUnit.MICROSECONDS.sleep(random.nextInt(60_000));
                    server.kill();
                }
                torn += isEmpty(journals) ? 0 : 1;
                String late = "From b\n\nround " + round + "\n\n";
                Files.write(inbox, late.getBytes(ISO_8859_1), StandardOpenOption.APPEND);
                server.start();
                try (PopClient client = PopClient.login(server.port(), "anna")) {
                    client.quit();
                }
                server.kill();
                String now = Files.readString(inbox, ISO_8859_1);
                assertTrue(
                        now.equals(left + late) || now.equals(old + late),
                        "seed " + seed + ": " + now.length() + " octets");
                assertTrue(isEmpty(journals));
            }
            System.out.println("KillIT: torn in " + torn + " of " + TORN_ROUNDS + " rounds");
        }
    }

    private static void awaitFile(Path journals) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (isEmpty(journals) && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        String[] names = directory.toFile().list();
        return names == null || names.length == 0;
    }

    private static void readUntilKilled(int port, CountDownLatch underWay) {
        try {
            while (true) {
                try (PopClient client = PopClient.login(port, "anna")) {
                    underWay.countDown();
                    for (int message = 1; message <= 50; message++) {
                        client.retrieve(message);
                    }
                    client.ok("DELE 1");
                    client.ok("RSET");
                    client.quit();
                }
            }
        } catch (IOException killed) {
            underWay.countDown();
        }
    }
}

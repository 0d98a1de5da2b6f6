package org.postern.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that delete nothing leave no trace, killed whenever. */
class KillIT {
    private static final int ROUNDS = 3;

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

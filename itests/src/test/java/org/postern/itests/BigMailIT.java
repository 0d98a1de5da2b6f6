package org.postern.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A session's memory grows with nothing that a stranger can make large (I9); the heap is 128 MB.
 */
class BigMailIT {
    private static final int MIB = 1 << 20;
    private static final long GIB = 1L << 30;

    private record Expected(long octets, long crc) {}

    @TempDir Path directory;

    @Test
    void servesLargeMailWithASmallHeap() throws Exception {
        try (PosternServer server = new PosternServer(directory)) {
            server.environment("JAVA_MAX_MEM", "128M");
            server.user("anna", "mbox:~/inbox").user("ben", "maildir:~/Maildir");
            Path inbox = server.home("anna").resolve("inbox");
            List<Expected> expected = new ArrayList<>();
            try (OutputStream file = Files.newOutputStream(inbox)) {
                expected.add(lines(file, 200L * MIB));
                expected.add(oneLine(file, (byte) 'x', 100 * MIB));
                expected.add(oneLine(file, (byte) 0, 50 * MIB));
            }
            try (OutputStream file =
                    Files.newOutputStream(inbox, java.nio.file.StandardOpenOption.APPEND)) {
                while (Files.size(inbox) < GIB) {
                    expected.add(lines(file, MIB));
                }
            }
            for (String name : List.of("new", "cur", "tmp")) {
                Files.createDirectories(server.home("ben").resolve("Maildir").resolve(name));
            }
            Path large = server.home("ben").resolve("Maildir/new/1.M1P1.host");
            Expected inMaildir;
            try (OutputStream file = Files.newOutputStream(large)) {
                inMaildir = withoutSeparators(file, 200L * MIB);
            }
            server.start();

            try (PopClient client = PopClient.login(server.port(), "anna")) {
                List<String> sizes = client.lines("LIST");
                assertEquals(expected.size(), sizes.size());
                for (int message : List.of(1, 2, 3, 4, expected.size())) {
                    Expected one = expected.get(message - 1);
                    assertEquals(message + " " + one.octets(), sizes.get(message - 1));
                    client.ok("RETR " + message);
                    assertEquals(one, read(client), "message " + message);
                }
                client.ok("TOP 2 0");
                assertTrue(client.skipMessage() < 1000);
                client.quit();
            }
            try (PopClient client = PopClient.login(server.port(), "ben")) {
                assertEquals("+OK 1 " + inMaildir.octets(), client.command("LIST 1"));
                client.ok("RETR 1");
                assertEquals(inMaildir, read(client));
                client.quit();
            }
            // Half of it goes, in place.
            try (PopClient client = PopClient.login(server.port(), "anna")) {
                client.ok("DELE 1");
                client.ok("DELE " + expected.size());
                client.quit();
            }
            try (PopClient client = PopClient.login(server.port(), "anna")) {
                assertEquals(expected.size() - 2, client.lines("LIST").size());
                client.ok("RETR 1");
                assertEquals(expected.get(1), read(client));
                client.quit();
            }
        }
    }

    private static Expected read(PopClient client) throws IOException {
        CRC32 crc = new CRC32();
        long octets = client.readMessage(crc);
        return new Expected(octets, crc.getValue());
    }

    private static Expected lines(OutputStream file, long size) throws IOException {
        file.write("From sender@example.org\n".getBytes(StandardCharsets.US_ASCII));
        Expected content = withoutSeparators(file, size);
        file.write('\n');
        return content;
    }

    private static Expected withoutSeparators(OutputStream file, long size) throws IOException {
        CRC32 crc = new CRC32();
        byte[] header = "Subject: large\n\n".getBytes(StandardCharsets.US_ASCII);
        long octets = write(file, crc, header);
        byte[] block =
                ".a line of sixty-four octets, with a dot in front, line end in.\n"
                        .repeat(1024)
                        .getBytes(StandardCharsets.US_ASCII);
        for (long written = 0; written < size; written += block.length) {
            octets += write(file, crc, block);
        }
        return new Expected(octets, crc.getValue());
    }

    private static Expected oneLine(OutputStream file, byte fill, int size) throws IOException {
        file.write("From sender@example.org\n".getBytes(StandardCharsets.US_ASCII));
        CRC32 crc = new CRC32();
        byte[] header = "Subject: one line\n\n".getBytes(StandardCharsets.US_ASCII);
        long octets = write(file, crc, header);
        byte[] block = new byte[MIB];
        Arrays.fill(block, fill);
        for (int written = 0; written < size; written += block.length) {
            octets += write(file, crc, block);
        }
        octets += write(file, crc, new byte[] {'\n'});
        file.write('\n');
        return new Expected(octets, crc.getValue());
    }

    /** Writes stored octets and sums up what they are on the wire. */
    private static long write(OutputStream file, CRC32 crc, byte[] stored) throws IOException {
        file.write(stored);
        byte[] sent = new byte[stored.length * 2];
        int length = 0;
        for (byte octet : stored) {
            if (octet == '\n') {
                sent[length++] = '\r';
            }
            sent[length++] = octet;
        }
        crc.update(sent, 0, length);
        return length;
    }
}

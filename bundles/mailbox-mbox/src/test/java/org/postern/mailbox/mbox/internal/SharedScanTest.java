package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.SpareThreads;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryFiles;

/** Whatever the pieces, and whoever scans them, the result is that of one thread. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedScanTest {
    private static final String FROM = "From a@b Thu Jan  1 00:00:00 1970\n";

    private final BlockBuffers buffers = new BlockBuffers();
    private SpareThreads threads;

    @BeforeAll
    void begin() {
        threads = new SpareThreads("postern-scan", 2);
    }

    @AfterAll
    void end() {
        threads.close();
    }

    @Test
    void findsTheSameInRandomMailboxes() throws Exception {
        long seed = System.nanoTime();
        System.out.println("SharedScanTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 3_000; round++) {
            byte[] file = MboxScannerPropertyTest.file(random);
            PieceSizes sizes =
                    new PieceSizes(
                            1 + random.nextInt(60), 1 + random.nextInt(60), random.nextInt(4));
            check(file, sizes, "seed " + seed + " round " + round);
        }
    }

    @Test
    void findsTheSameWhereverItIsCut() throws Exception {
        String mailbox =
                FROM
                        + "Message-ID: <1>\n\none\nFrom here\n\nFrom \n\n\nFrom x\nS: 2\n\n\n\n"
                        + FROM
                        + "\n\nFromage\n\n\n"
                        + FROM
                        + "A: b\r\n\r\nFrom no\r\n\n\nFrom z\n\0";
        byte[] file = Scans.octets(mailbox);
        for (int piece = 1; piece <= file.length; piece++) {
            check(file, new PieceSizes(piece, file.length, 100), "piece of " + piece);
        }
    }

    @Test
    void findsTheSameInHostileFiles() throws Exception {
        PieceSizes sizes = new PieceSizes(100_000, 30_000, 500);
        for (String part :
                List.of("x", "From ", "From x\n", "From \n\n", "\n", "\r\n", "\0", "F")) {
            String file = FROM + "S: 1\n\n" + part.repeat(500_000 / part.length());
            check(Scans.octets(file), sizes, "many " + part.strip());
            check(Scans.octets(file + "\n\n" + FROM + "\n" + file), sizes, "twice " + part.strip());
        }
        check(Scans.octets("no mbox\n\n" + (FROM + "\n\n").repeat(50_000)), sizes, "no mbox");
        check(Scans.octets((FROM + "\n\n").repeat(50_000) + FROM), sizes, "a From line at the end");
    }

    @Test
    void saysWhenTheFileIsShorter() throws Exception {
        byte[] octets = Scans.octets((FROM + "\n\n").repeat(1_000));
        List<ScannedMessage> found = new ArrayList<>();
        MboxScanner scanner = new MboxScanner(0, Scans.into(found));
        SharedScan scan =
                new SharedScan(
                        new ScanFeed(file(octets), buffers),
                        0,
                        octets.length + 1,
                        Scans.into(found),
                        new PieceSizes(1_000, 1_000, 1_000));
        assertFalse(scan.scan(scanner, threads::lend).isPresent());
    }

    @Test
    void endsWithWhatFailedFirst() throws Exception {
        byte[] octets = Scans.octets((FROM + "\n\n").repeat(10_000));
        Findings few =
                new Findings() {
                    private int left = 3;

                    @Override
                    public void message(ScannedMessage message) throws MailboxException {
                        if (left-- == 0) {
                            throw new MailboxException(MailboxException.Kind.TOO_LARGE, "enough");
                        }
                    }

                    @Override
                    public MailboxException malformed(String reason) {
                        throw new AssertionError(reason);
                    }
                };
        SharedScan scan =
                new SharedScan(
                        new ScanFeed(file(octets), buffers),
                        0,
                        octets.length,
                        few,
                        new PieceSizes(1_000, 1_000, 1_000));
        MailboxException refused =
                assertThrows(
                        MailboxException.class,
                        () -> scan.scan(new MboxScanner(0, few), threads::lend));
        assertEquals("enough", refused.getMessage());
    }

    private void check(byte[] octets, PieceSizes sizes, String what) throws PosixException {
        Optional<List<ScannedMessage>> alone = scan(octets, sizes, ScanAides.NONE);
        assertEquals(alone, scan(octets, sizes, threads::lend), what);
        assertEquals(alone, scan(octets, sizes, SharedScanTest::atOnce), what + ", all at once");
    }

    // An aide who takes every piece before the caller does anything.
    private static boolean atOnce(Runnable task) {
        task.run();
        return true;
    }

    private Optional<List<ScannedMessage>> scan(byte[] octets, PieceSizes sizes, ScanAides aides)
            throws PosixException {
        List<ScannedMessage> found = new ArrayList<>();
        Findings findings = Scans.into(found);
        SharedScan scan =
                new SharedScan(
                        new ScanFeed(file(octets), buffers), 0, octets.length, findings, sizes);
        try {
            Optional<MboxScanner> last = scan.scan(new MboxScanner(0, findings), aides);
            assertTrue(last.isPresent());
            last.get().end();
            return Optional.of(found);
        } catch (MailboxException refused) {
            return Optional.empty();
        }
    }

    private static FileHandle file(byte[] octets) {
        return new MemoryFiles(new ManualClock()).newFile(octets).open(false);
    }
}

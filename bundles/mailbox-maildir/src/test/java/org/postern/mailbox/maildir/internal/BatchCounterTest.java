package org.postern.mailbox.maildir.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.SpareThreads;
import org.postern.api.posix.Errno;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.Opened;
import org.postern.posix.NativePosix;
import org.postern.testkit.memory.CallKind;
import org.postern.testkit.memory.MemoryMailStorage;
import org.postern.testkit.memory.Operations;

class BatchCounterTest {

    @Test
    void helpedOrNotIsTheSame(@TempDir Path directory) throws Exception {
        LocalMaildir maildir =
                new LocalMaildir(NativePosix.open(directory.resolve("native")), directory);
        for (int i = 0; i < 300; i++) {
            maildir.deliver(("Subject: " + i + "\n\n" + "x\r\n".repeat(i)).getBytes(US_ASCII));
        }
        try (SpareThreads threads = new SpareThreads("postern-count", 1);
                SpareThreads none = new SpareThreads("postern-count", 0)) {
            assertEquals(octets(maildir, none), octets(maildir, threads));
        }
    }

    private static List<Long> octets(LocalMaildir maildir, SpareThreads threads)
            throws MailboxException {
        MailboxFormat format =
                new MaildirFormat(Map.of(), InstantSource.system(), threads, maildir.noSizes());
        try (MailStorage storage = maildir.storage()) {
            MailboxSnapshot snapshot =
                    Operations.finish(
                                    format.open(storage, MailboxBounds.NONE, Optional.empty()),
                                    maildir::elapse)
                            .snapshot();
            List<Long> octets = new ArrayList<>();
            for (int i = 0; i < snapshot.count(); i++) {
                octets.add(snapshot.octets(i));
            }
            assertEquals(300, octets.size());
            return octets;
        }
    }

    /** Whoever counts: the failure is told, and nothing stays open. */
    @Test
    void failuresAreTheCallersAndEveryHandleIsClosed() throws Exception {
        try (SpareThreads threads = new SpareThreads("postern-count", 1)) {
            for (boolean helped : new boolean[] {false, true}) {
                MemoryMaildir maildir = new MemoryMaildir();
                maildir.deliver("a\n".getBytes(US_ASCII));
                maildir.deliver("b\n".getBytes(US_ASCII));
                MemoryMailStorage storage = maildir.storage();
                List<BatchCounter.Open> batch = opened(maildir, storage);
                storage.faults().fail(CallKind.READ, 1, Errno.EIO);
                try (BatchCounter counter = new BatchCounter(threads)) {
                    assertThrows(
                            IOException.class,
                            () -> {
                                counter.count(batch, helped);
                                counter.finish();
                            });
                }
                assertEquals(0, storage.openHandles());
            }
        }
    }

    @Test
    void nobodyWaitsForWhoIsBusy() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (SpareThreads threads = new SpareThreads("postern-count", 1)) {
            while (threads.lend(() -> awaitQuietly(end))) {
                // Until it is busy.
            }
            MemoryMaildir maildir = new MemoryMaildir();
            maildir.deliver("a\n".getBytes(US_ASCII));
            MemoryMailStorage storage = maildir.storage();
            List<BatchCounter.Open> batch = opened(maildir, storage);
            try (BatchCounter counter = new BatchCounter(threads)) {
                counter.count(batch, true);
                assertTrue(batch.get(0).candidate().measure.isPresent(), "counted by the caller");
            }
        } finally {
            end.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<BatchCounter.Open> opened(MemoryMaildir maildir, MemoryMailStorage storage)
            throws Exception {
        List<BatchCounter.Open> batch = new ArrayList<>();
        Listing.messages(
                storage,
                (entry, listed) ->
                        batch.add(
                                new BatchCounter.Open(
                                        new Candidate(entry, listed.status(), batch.size()),
                                        file(storage, entry))));
        assertEquals(maildir.messages().size(), batch.size());
        return batch;
    }

    private static Opened.File file(MailStorage storage, MailEntry entry) {
        try {
            return (Opened.File) storage.open(List.of(entry)).get(0);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}

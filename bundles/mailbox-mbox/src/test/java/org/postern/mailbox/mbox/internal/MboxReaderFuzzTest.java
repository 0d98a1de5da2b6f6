package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MessageEncoder;
import org.postern.api.mailbox.StoredAt;

/** Any octets as an mbox. Without JAZZER_FUZZ=1 the build replays the corpus in the resources. */
class MboxReaderFuzzTest {

    @FuzzTest(maxDuration = "50s")
    void readsAsTheReferenceDoes(byte[] file) throws Exception {
        if (file.length == 0) {
            return;
        }
        // Pieces depend on the input alone, so that a finding can be replayed.
        Random random = new Random(Arrays.hashCode(file));
        MboxScannerPropertyTest.check(file, random, 1 + random.nextInt(40), "pieces");
        try (MemoryMbox mbox = new MemoryMbox()) {
            mbox.put(file);
            mbox.storage().faults().shortReads(1 + random.nextInt(2 * file.length));
            Optional<List<NaiveMbox.Message>> expected = NaiveMbox.parse(file);
            MailboxSnapshot snapshot;
            try {
                snapshot = mbox.open().snapshot();
            } catch (MailboxException refused) {
                assertEquals(MailboxException.Kind.NOT_A_MAILBOX, refused.kind());
                assertTrue(expected.isEmpty());
                return;
            }
            assertEquals(expected.orElseThrow().size(), snapshot.count());
            assertRanges(file, snapshot);
        }
    }

    private static void assertRanges(byte[] file, MailboxSnapshot snapshot) {
        long end = 0;
        long total = 0;
        for (int i = 0; i < snapshot.count(); i++) {
            StoredAt.Range range = (StoredAt.Range) snapshot.storedAt(i);
            assertTrue(range.separator() >= end && range.start() > range.separator());
            end = range.start() + range.length();
            assertTrue(end <= file.length);
            MessageEncoder encoder = MessageEncoder.whole(LineConvention.LF);
            encoder.count(ByteBuffer.wrap(file, (int) range.start(), (int) range.length()));
            encoder.finish(null);
            assertEquals(encoder.octets(), snapshot.octets(i));
            total += encoder.octets();
        }
        assertEquals(total, snapshot.totalOctets());
    }
}

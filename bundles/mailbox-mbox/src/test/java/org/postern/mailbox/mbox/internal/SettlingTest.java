package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.Operation;
import org.postern.testkit.memory.CallKind;

/** Large mailboxes that are opened while their times may still be a later write's. */
class SettlingTest {
    private static final String TEXT =
            "From a\nReceived: 1\n\none\n\nFrom b\nReceived: 2\n\ntwo\n\n".repeat(50);
    private static final String ANOTHER = "From c\nReceived: 3\n\nthree\n\n";
    private static final Duration TENTH = Duration.ofMillis(100);
    private static final Duration TICK = Duration.ofMillis(4);
    private static final long SECOND = 1_000_000_000;

    private MemoryMbox mbox = large();

    /** Whatever the size, it counts as large. */
    private static MemoryMbox large(String... settings) {
        MemoryMbox mbox = new MemoryMbox(settings);
        mbox.readWholeBelow(0);
        return mbox;
    }

    @AfterEach
    void close() {
        mbox.close();
        assertEquals(0, mbox.storage().openHandles());
        assertEquals(0, mbox.storage().heldLocks());
    }

    private void write(String text) {
        mbox.files().mailbox(mbox.files().newFile(Scans.octets(text)));
    }

    private Operation<Mailbox> opening() {
        return mbox.format().open(mbox.storage(), MailboxBounds.NONE, Optional.empty());
    }

    private int reads() {
        return mbox.storage().faults().count(CallKind.READ);
    }

    private void opensAfter(Duration... waits) throws Exception {
        mbox.waits();
        mbox.open();
        assertEquals(List.of(waits), mbox.waits());
    }

    @Test
    void isReadOnceItsTimesHaveSettledAndThenKnownByThem() throws Exception {
        write(TEXT);
        opensAfter(TENTH.plus(TICK));
        int reads = reads();
        Mailbox again = mbox.open();
        assertEquals(reads, reads());
        again.readNow(7).orElseThrow(() -> new AssertionError("compared first")).close();
    }

    @Test
    void neitherLocksNorReadsWhileItWaits() throws Exception {
        write(TEXT);
        try (Operation<Mailbox> opening = opening()) {
            MemoryMbox.waits(opening);
            assertEquals(0, mbox.storage().faults().count(CallKind.LOCK));
            assertEquals(0, reads());
            mbox.clock().advance(TENTH);
            mbox.finish(opening).close();
        }
    }

    @Test
    void waitsForTheRestAlone() throws Exception {
        write(TEXT);
        mbox.clock().advance(Duration.ofMillis(60));
        opensAfter(Duration.ofMillis(40).plus(TICK));
        write(TEXT);
        mbox.clock().advance(TENTH);
        opensAfter();
    }

    @Test
    void aSmallOneIsReadAtOnce() throws Exception {
        mbox.readWholeBelow(TEXT.length() + 1);
        write(TEXT);
        opensAfter(TICK);
        mbox.readWholeBelow(TEXT.length());
        write(TEXT);
        opensAfter(TENTH.plus(TICK));
    }

    @Test
    void oneThatIsWrittenAllTheTimeDelaysALoginOnce() throws Exception {
        write(TEXT);
        try (Operation<Mailbox> opening = opening()) {
            mbox.clock().advance(MemoryMbox.waits(opening));
            mbox.file().append(Scans.octets(ANOTHER));
            assertEquals(TICK, MemoryMbox.waits(opening), "it has been read");
            assertTrue(reads() > 0);
            mbox.clock().advance(TICK);
            mbox.finish(opening).close();
        }
        assertTrue(mbox.open().readNow(7).isEmpty(), "known by samples, as it was written");
    }

    @Test
    void whatIsReadMeanwhileIsKnown() throws Exception {
        write(TEXT);
        try (Operation<Mailbox> opening = opening()) {
            mbox.clock().advance(MemoryMbox.waits(opening));
            mbox.open();
            int reads = reads();
            mbox.finish(opening).close();
            assertEquals(reads, reads());
        }
    }

    @Test
    void timesInTheFutureAreNotWaitedFor() throws Exception {
        for (long ahead : new long[] {2 * TICK.toNanos(), TENTH.toNanos(), 400 * SECOND}) {
            write(TEXT);
            long now = mbox.clock().coarseNanos();
            mbox.file().times(now - SECOND, now + ahead);
            opensAfter();
        }
        write(TEXT);
        // Some kernels stamp more finely than their clock ticks.
        long fine = mbox.clock().nanos();
        assertTrue(fine > mbox.clock().coarseNanos());
        mbox.file().times(fine - SECOND, fine);
        mbox.open();
        assertEquals(1, mbox.waits().size());
    }

    /** Their two seconds would be noticed. */
    @Test
    void wholeSecondsAreNotWaitedFor() throws Exception {
        mbox.files().granularityNanos(SECOND);
        write(TEXT);
        mbox.clock().advance(Duration.ofSeconds(1));
        opensAfter();
    }

    @Test
    void whatIsExtendedIsNotWaitedFor() throws Exception {
        mbox.put(TEXT);
        mbox.open();
        mbox.file().append(Scans.octets(ANOTHER));
        opensAfter(TICK);
    }

    @Test
    void whatIsExtendedFromDiskIsNotWaitedFor() throws Exception {
        mbox.close();
        mbox = large("indexDisk", "1000000");
        String body = "0123456789abcdef".repeat(1 << 16) + "\n";
        String large = ("From a\nReceived: 1\n\n" + body + "\n").repeat(17);
        mbox.put(large);
        mbox.open();
        mbox.replaceFormat();
        mbox.file().append(Scans.octets(ANOTHER));
        opensAfter(TICK);
    }

    @Test
    void whatIsNotKeptIsNotWaitedFor() throws Exception {
        mbox.close();
        mbox = large("indexMemory", "0");
        write(TEXT);
        opensAfter(TICK);
    }

    @Test
    void givenUpWhileItWaitsReleasesEverything() throws Exception {
        write(TEXT);
        Operation<Mailbox> opening = opening();
        MemoryMbox.waits(opening);
        opening.close();
        assertFalse(mbox.file().isLocked());
        assertEquals(0, mbox.storage().openHandles());
    }
}

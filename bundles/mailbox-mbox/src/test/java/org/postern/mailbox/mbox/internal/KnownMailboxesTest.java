package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MailboxSnapshotBuilder;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.mailbox.StoredMessage;
import org.postern.api.mailbox.UniqueId;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.testkit.memory.CallKind;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryPosix;

class KnownMailboxesTest {
    private static final String TWO = "From a\nReceived: 1\n\none\n\nFrom b\nReceived: 2\n\ntwo\n";
    private static final UniqueIds.Rule RULE = UniqueIds.Rule.POPA3D;
    private static final int QUARTER = KnownMailboxes.MAX_MESSAGES / 4;

    private final MemoryMbox mbox = new MemoryMbox();
    private final ManualClock clock = new ManualClock();
    private final KnownMailboxes known = new KnownMailboxes(new MemoryPosix(clock));

    @AfterEach
    void close() {
        mbox.close();
        assertEquals(0, mbox.storage().openHandles());
        assertEquals(0, mbox.storage().heldLocks());
    }

    private int reads() {
        return mbox.storage().faults().count(CallKind.READ);
    }

    @Test
    void unchangedMailboxIsReadOnce() throws Exception {
        mbox.put(TWO);
        MailboxSnapshot first = mbox.open().snapshot();
        int reads = reads();
        assertTrue(reads > 0);
        assertSame(first, mbox.open().snapshot());
        assertEquals(reads, reads());
        assertEquals("Received: 2\n\ntwo\n", mbox.read(mbox.open(), 1));
    }

    @Test
    void deliveryAndReplacementAreRead() throws Exception {
        mbox.put(TWO);
        mbox.open();
        mbox.put(TWO + "\nFrom c\n\nthree\n");
        assertEquals(3, mbox.open().snapshot().count());
        mbox.put(TWO);
        assertEquals(2, mbox.open().snapshot().count());
    }

    @Test
    void writeOfTheSameSizeIsRead() throws Exception {
        mbox.put(TWO);
        mbox.open();
        mbox.file().content(Scans.octets(TWO.replace("Received: 2", "Received: 3")));
        int reads = reads();
        assertEquals("Received: 3\n\ntwo\n", mbox.read(mbox.open(), 1));
        assertTrue(reads() > reads + 1, "scanned, and read");
    }

    @Test
    void anotherRuleForUniqueIdsReadsAgain() throws Exception {
        mbox.put(TWO);
        String before = mbox.open().snapshot().uniqueId(0).value();
        mbox.format().modified(Map.of("uniqueIds", "postern"));
        assertFalse(before.equals(mbox.open().snapshot().uniqueId(0).value()));
    }

    @Test
    void boundsHoldForWhatIsKnown() throws Exception {
        mbox.put(TWO);
        mbox.open();
        for (MailboxBounds bounds :
                new MailboxBounds[] {
                    new MailboxBounds(1, TWO.length()), new MailboxBounds(2, TWO.length() - 1)
                }) {
            assertEquals(
                    MailboxException.Kind.TOO_LARGE,
                    mbox.fails(mbox.format().open(mbox.storage(), bounds, Optional.empty()))
                            .kind());
        }
        int reads = reads();
        mbox.open(new MailboxBounds(2, TWO.length()), Optional.empty());
        assertEquals(reads, reads());
    }

    @Test
    void onlyWhatHasSettledIsKept() {
        clock.advance(Duration.ofSeconds(100));
        long now = now();
        FileStatus fresh = status(1, now - KnownMailboxes.SETTLED + 1);
        known.keep(fresh, now(), RULE, messages(1));
        assertEquals(Optional.empty(), find(fresh));
        FileStatus settled = status(1, now - KnownMailboxes.SETTLED);
        known.keep(settled, now(), RULE, messages(1));
        assertEquals(1, find(settled).orElseThrow().count());
        // What is fresh does not leave what was there before.
        known.keep(fresh, now(), RULE, messages(1));
        assertEquals(Optional.empty(), find(settled));
    }

    @Test
    void ageIsCountedFromBeforeTheReading() {
        clock.advance(Duration.ofSeconds(100));
        long begun = now();
        FileStatus status = status(1, begun - KnownMailboxes.SETTLED + 1);
        clock.advance(Duration.ofSeconds(100));
        known.keep(status, begun, RULE, messages(1));
        assertEquals(Optional.empty(), find(status));
    }

    @Test
    void leastRecentlyUsedGoFirst() {
        clock.advance(Duration.ofSeconds(100));
        for (int inode = 1; inode <= 3; inode++) {
            known.keep(status(inode, 1), now(), RULE, messages(QUARTER));
        }
        assertTrue(find(status(1, 1)).isPresent());
        known.keep(status(4, 1), now(), RULE, messages(QUARTER));
        assertEquals(Optional.empty(), find(status(2, 1)), "together they are over the bound");
        for (int inode : new int[] {1, 3, 4}) {
            assertTrue(find(status(inode, 1)).isPresent(), "" + inode);
        }
        known.keep(status(5, 1), now(), RULE, messages(KnownMailboxes.MAX_MESSAGES - 10));
        assertTrue(find(status(5, 1)).isPresent(), "just as many as there may be");
        assertEquals(Optional.empty(), find(status(4, 1)));
        known.keep(status(6, 1), now(), RULE, messages(KnownMailboxes.MAX_MESSAGES - 9));
        assertEquals(Optional.empty(), find(status(6, 1)));
        assertTrue(find(status(5, 1)).isPresent());
    }

    @Test
    void keptAgainCountsOnce() {
        clock.advance(Duration.ofSeconds(100));
        known.keep(status(1, 1), now(), RULE, messages(QUARTER));
        for (int i = 2; i < 100; i++) {
            known.keep(status(2, i), now(), RULE, messages(QUARTER));
        }
        assertTrue(find(status(1, 1)).isPresent());
    }

    private long now() {
        return known.now();
    }

    private Optional<MailboxSnapshot> find(FileStatus status) {
        return known.find(status, MailboxBounds.NONE, RULE);
    }

    private static FileStatus status(long inode, long changed) {
        return new FileStatus(1, inode, FileType.REGULAR, 0600, 1000, 1000, 1, 10, 5, changed);
    }

    private static MailboxSnapshot messages(int count) {
        MailboxSnapshotBuilder builder = MailboxSnapshot.builder();
        StoredMessage message =
                new StoredMessage(
                        new UniqueId("x"),
                        1,
                        new StoredAt.Range(0, 1, 1, 0),
                        LineConvention.LF,
                        false,
                        Set.of(),
                        Optional.empty());
        for (int i = 0; i < count; i++) {
            builder.add(message);
        }
        return builder.build();
    }
}

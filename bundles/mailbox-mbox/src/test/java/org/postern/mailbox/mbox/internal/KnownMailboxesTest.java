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
    private static final long MOST = 100_000;

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
    void onlyWhatHasSettledHoldsByItsStatus() {
        clock.advance(Duration.ofSeconds(100));
        FileStatus settled = status(1, now());
        keep(settled, true, 2);
        assertTrue(find(settled).orElseThrow().holds(settled));
        assertFalse(find(settled).orElseThrow().mayBegin(settled));
        keep(settled, false, 2);
        assertFalse(find(settled).orElseThrow().holds(settled));
        assertTrue(find(settled).orElseThrow().mayBegin(settled));
        keep(settled, false, 1);
        assertEquals(Optional.empty(), find(settled), "one message is read as soon");
    }

    @Test
    void whatCannotBeOfUseIsForgotten() {
        FileStatus then = status(1, 1);
        for (FileStatus now :
                new FileStatus[] {
                    status(1, 2),
                    sized(1, 9, 1),
                    new FileStatus(1, 1, FileType.REGULAR, 0600, 1000, 1000, 1, 10, 6, 1)
                }) {
            keep(then, true, 2);
            assertEquals(Optional.empty(), find(now), "" + now);
            assertEquals(Optional.empty(), find(then));
        }
        keep(then, true, 2);
        assertEquals(Optional.empty(), find(status(2, 1)), "another file");
        assertTrue(find(sized(1, 11, 2)).orElseThrow().mayBegin(sized(1, 11, 2)));
        assertEquals(Optional.empty(), known.find(then, UniqueIds.Rule.AUTO));
        keep(then, true, 2);
        known.forget(then);
        assertEquals(Optional.empty(), find(then));
    }

    @Test
    void leastRecentlyUsedGoFirst() {
        int some = 100;
        long each = known(status(1, 1), true, some).memory();
        long most = 3 * each;
        for (int inode = 1; inode <= 3; inode++) {
            known.keep(known(status(inode, 1), true, some), most);
        }
        assertTrue(find(status(1, 1)).isPresent());
        known.keep(known(status(4, 1), true, some), most);
        assertEquals(Optional.empty(), find(status(2, 1)), "together they are over the bound");
        for (int inode : new int[] {1, 3, 4}) {
            assertTrue(find(status(inode, 1)).isPresent(), "" + inode);
        }
        known.keep(known(status(4, 1), true, some), 2 * each);
        assertEquals(Optional.empty(), find(status(1, 1)), "a smaller bound counts at once");
        assertTrue(find(status(3, 1)).isPresent());
    }

    @Test
    void oneThatIsLargerThanAllMayBeIsNotKept() {
        long memory = known(status(1, 1), true, 1000).memory();
        known.keep(known(status(1, 1), true, 1000), memory);
        assertTrue(find(status(1, 1)).isPresent(), "just as much as there may be");
        known.keep(known(status(2, 1), true, 1000), memory - 1);
        assertEquals(Optional.empty(), find(status(2, 1)));
        keep(status(3, 1), true, 1);
        known.keep(known(status(4, 1), true, 1), 0);
        assertEquals(Optional.empty(), find(status(3, 1)), "nothing is kept with 0");
        assertEquals(Optional.empty(), find(status(4, 1)));
    }

    @Test
    void keptAgainCountsOnce() {
        long memory = known(status(1, 1), true, 100).memory();
        known.keep(known(status(1, 1), true, 100), 2 * memory);
        for (int i = 2; i < 100; i++) {
            known.keep(known(status(2, i), true, 100), 2 * memory);
        }
        assertTrue(find(status(1, 1)).isPresent());
    }

    private long now() {
        return known.now();
    }

    private Optional<KnownMailbox> find(FileStatus status) {
        return known.find(status, RULE);
    }

    private void keep(FileStatus status, boolean settled, int messages) {
        known.keep(known(status, settled, messages), MOST);
    }

    private static KnownMailbox known(FileStatus status, boolean settled, int messages) {
        return new KnownMailbox(status, settled, false, RULE, Optional.empty(), messages(messages));
    }

    private static FileStatus status(long inode, long changed) {
        return sized(inode, 10, changed);
    }

    private static FileStatus sized(long inode, long size, long changed) {
        return new FileStatus(1, inode, FileType.REGULAR, 0600, 1000, 1000, 1, size, 5, changed);
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

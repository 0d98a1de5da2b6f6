package org.postern.api.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.api.posix.FileName;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;

class MailboxSnapshotTest {

    @Test
    void givesBackWhatWasAdded() {
        MailboxSnapshotBuilder builder = MailboxSnapshot.builder();
        int count = 2 * SnapshotPage.SIZE + 1;
        for (int i = 0; i < count; i++) {
            builder.add(range(i));
        }
        MailboxSnapshot snapshot = builder.build();
        assertEquals(count, snapshot.count());
        assertEquals((count - 1) * count / 2, snapshot.totalOctets());
        for (int i = 0; i < count; i++) {
            isAt(range(i), snapshot, i);
        }
    }

    @Test
    void goesOnFromAnother() {
        int page = SnapshotPage.SIZE;
        int count = 2 * page + 300;
        MailboxSnapshotBuilder all = MailboxSnapshot.builder();
        for (int i = 0; i < count; i++) {
            all.add(range(i));
        }
        MailboxSnapshot whole = all.build();
        for (int first : new int[] {0, 1, 20, page - 1, page, page + 1, count - 1, count}) {
            MailboxSnapshotBuilder builder = MailboxSnapshot.builder().addFirst(whole, first);
            assertEquals(first, builder.count());
            // Other ones than those that came there, none alike.
            long octets = (first - 1L) * first / 2;
            for (int i = first; i < count + page; i++) {
                builder.add(range(i + 7));
                octets += i + 7;
            }
            MailboxSnapshot extended = builder.build();
            assertEquals(octets, extended.totalOctets());
            for (int i = 0; i < count + page; i++) {
                isAt(range(i < first ? i : i + 7), extended, i);
            }
            for (int i = 0; i < count; i++) {
                isAt(range(i), whole, i);
            }
        }
        MailboxSnapshotBuilder begun = MailboxSnapshot.builder().add(range(0));
        assertThrows(IllegalStateException.class, () -> begun.addFirst(whole, 1));
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> MailboxSnapshot.builder().addFirst(whole, count + 1));
    }

    private static void isAt(StoredMessage expected, MailboxSnapshot snapshot, int message) {
        assertEquals(expected.octets(), snapshot.octets(message));
        assertEquals(expected.id(), snapshot.uniqueId(message));
        assertEquals(expected.storedAt(), snapshot.storedAt(message));
        assertEquals(expected.lines(), snapshot.lines(message));
        assertEquals(expected.finalLineEndMissing(), snapshot.finalLineEndMissing(message));
        assertEquals(expected.flags(), snapshot.flags(message));
        assertEquals(expected.received(), snapshot.received(message));
    }

    @Test
    void memoryIsCounted() {
        MailboxSnapshotBuilder mbox = MailboxSnapshot.builder();
        MailboxSnapshotBuilder maildir = MailboxSnapshot.builder();
        FileName name = FileName.of("x".repeat(50));
        for (int i = 0; i < 1000; i++) {
            mbox.add(message(new StoredAt.Range(0, 1, 2, 3), Optional.empty()));
            maildir.add(
                    message(
                            new StoredAt.File(new MailEntry(MailDirectory.CUR, name), 1),
                            Optional.of(Instant.EPOCH)));
        }
        // Five longs, the end of the id, the traits; an id.
        assertEquals(1000 * (5 * 8 + 4 + 2 + 16), mbox.build().memory());
        // Three longs; an object, a name and an array.
        assertEquals(1000 * (3 * 8 + 4 + 2 + 16 + 60 + 50), maildir.build().memory());
    }

    private static StoredMessage message(StoredAt at, Optional<Instant> received) {
        return new StoredMessage(
                new UniqueId("0123456789abcdef"),
                1,
                at,
                LineConvention.LF,
                false,
                Set.of(),
                received);
    }

    @Test
    void keepsFiles() {
        MailEntry entry = new MailEntry(MailDirectory.NEW, FileName.of("1.2.3"));
        MailboxSnapshot snapshot =
                MailboxSnapshot.builder()
                        .add(
                                new StoredMessage(
                                        new UniqueId("1.2.3"),
                                        12,
                                        new StoredAt.File(entry, 10),
                                        LineConvention.LF_OR_CRLF,
                                        true,
                                        Set.of(MessageFlag.RECENT),
                                        Optional.of(Instant.ofEpochMilli(5))))
                        .build();
        assertEquals(new StoredAt.File(entry, 10), snapshot.storedAt(0));
        assertEquals(LineConvention.LF_OR_CRLF, snapshot.lines(0));
        assertTrue(snapshot.finalLineEndMissing(0));
        assertEquals(Set.of(MessageFlag.RECENT), snapshot.flags(0));
        ByteBuffer id = ByteBuffer.allocate(UniqueId.MAX_LENGTH);
        snapshot.putUniqueId(0, id);
        assertEquals("1.2.3", new String(id.array(), 0, id.position(), StandardCharsets.US_ASCII));
    }

    @Test
    void hasNoMessageOutsideItsRange() {
        MailboxSnapshot empty = MailboxSnapshot.builder().build();
        assertEquals(0, empty.count());
        assertThrows(IndexOutOfBoundsException.class, () -> empty.octets(0));
        assertThrows(IndexOutOfBoundsException.class, () -> empty.storedAt(0));
        assertThrows(IndexOutOfBoundsException.class, () -> empty.uniqueId(-1));
    }

    @Test
    void isBuiltOnce() {
        MailboxSnapshotBuilder builder = MailboxSnapshot.builder();
        builder.build();
        assertThrows(IllegalStateException.class, builder::build);
        assertThrows(IllegalStateException.class, () -> builder.add(range(1)));
    }

    @Test
    void uniqueIdsAreWhatTheProtocolCanCarry() {
        assertTrue(UniqueId.isFit("!" + "~".repeat(69)));
        assertFalse(UniqueId.isFit("~".repeat(71)));
        assertFalse(UniqueId.isFit(""));
        assertFalse(UniqueId.isFit("a b"));
        assertFalse(UniqueId.isFit("a\u007f"));
        assertFalse(UniqueId.isFit("\u00e4"));
    }

    private static StoredMessage range(int i) {
        return new StoredMessage(
                new UniqueId("id" + "x".repeat(i % 60) + i),
                i,
                new StoredAt.Range(i * 10L, i * 10L + 5, i, ~i),
                LineConvention.LF,
                i % 3 == 0,
                i % 2 == 0 ? Set.of(MessageFlag.SEEN, MessageFlag.DRAFT) : Set.of(),
                i % 5 == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(i)));
    }
}

package org.postern.api.mailbox;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The messages of a snapshot, in pages; written by the builder alone, after that only read. All but
 * the last page are full. Full ones are shared by the snapshots that begin with the same messages.
 *
 * <p>Indexes run from 0 to {@link #count} - 1; others throw IndexOutOfBoundsException.
 */
final class SnapshotColumns {
    private static final int PAGE = SnapshotPage.SIZE;

    private final List<SnapshotPage> pages = new ArrayList<>(1);
    private int count;

    int count() {
        return count;
    }

    void add(StoredMessage message) {
        if (pages.size() * PAGE == count) {
            pages.add(count == 0 ? SnapshotPage.first() : SnapshotPage.next());
        }
        SnapshotPage last = pages.get(pages.size() - 1);
        last.add(message);
        count = Math.addExact(count, 1);
        if (last.isFull()) {
            last.trim();
        }
    }

    /** Adds the first messages of another's, which was built; to one that is empty. */
    void addFirst(SnapshotColumns other, int messages) {
        Objects.checkFromToIndex(0, messages, other.count);
        pages.addAll(other.pages.subList(0, messages / PAGE));
        if (messages % PAGE > 0) {
            pages.add(other.page(messages - 1).startingWith(messages % PAGE));
        }
        count = messages;
    }

    void trim() {
        if (count % PAGE > 0) {
            pages.get(pages.size() - 1).trim();
        }
    }

    /** Octets of the heap that the messages take, those that are shared included. */
    long memory() {
        return pages.stream().mapToLong(SnapshotPage::memory).sum();
    }

    long octets(int message) {
        return page(message).octets(message % PAGE);
    }

    UniqueId uniqueId(int message) {
        return page(message).uniqueId(message % PAGE);
    }

    void putUniqueId(int message, ByteBuffer target) {
        page(message).putUniqueId(message % PAGE, target);
    }

    StoredAt storedAt(int message) {
        return page(message).storedAt(message % PAGE);
    }

    LineConvention lines(int message) {
        return page(message).lines(message % PAGE);
    }

    boolean finalLineEndMissing(int message) {
        return page(message).finalLineEndMissing(message % PAGE);
    }

    Set<MessageFlag> flags(int message) {
        return page(message).flags(message % PAGE);
    }

    Optional<Instant> received(int message) {
        return page(message).received(message % PAGE);
    }

    private SnapshotPage page(int message) {
        return pages.get(Objects.checkIndex(message, count) / PAGE);
    }
}

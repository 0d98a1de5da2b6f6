package org.postern.mailbox.mbox.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.StoredAt;

/**
 * What a rewrite has to do, computed before the first octet is touched: messages that stay, with
 * their From lines, move down over those that go, in the order of the file, and then what was
 * appended behind the snapshot. Pure arithmetic: the same snapshot, set and sizes give the same
 * plan, so it can be written into a journal and carried out again.
 *
 * @param moves in ascending order; each goes down, and overlaps no later one's source
 * @param size the file's size afterwards
 */
record RewritePlan(List<Move> moves, long size) {

    /** A range of the file that goes to a lower offset; the two may overlap. */
    record Move(long from, long to, long length) {}

    RewritePlan {
        moves = List.copyOf(moves);
    }

    /**
     * @param delete indexes in the snapshot
     * @param appended where mail that is to be kept starts behind the snapshot's; at or after the
     *     size of the file then
     * @param size of the file now
     */
    static RewritePlan of(MailboxSnapshot snapshot, BitSet delete, long appended, long size) {
        long end = snapshot.file().orElseThrow().size();
        List<Move> moves = new ArrayList<>();
        long to = 0;
        int first = delete.nextClearBit(0);
        while (first < snapshot.count()) {
            int next = delete.nextSetBit(first);
            boolean last = next < 0;
            long until = last ? end : separator(snapshot, next);
            to = move(moves, separator(snapshot, first), to, until);
            first = last ? snapshot.count() : delete.nextClearBit(next);
        }
        to = move(moves, appended, to, size);
        return new RewritePlan(moves, to);
    }

    /** Octets that are moved. */
    long octets() {
        return moves.stream().mapToLong(Move::length).sum();
    }

    private static long move(List<Move> moves, long from, long to, long until) {
        long length = until - from;
        if (length > 0 && from != to) {
            moves.add(new Move(from, to, length));
        }
        return to + length;
    }

    private static long separator(MailboxSnapshot snapshot, int message) {
        return ((StoredAt.Range) snapshot.storedAt(message)).separator();
    }
}

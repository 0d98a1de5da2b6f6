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
 * <p>Where ranges arrive they are one behind the other, without a gap. So how far a rewrite has
 * come is one number: how many octets have arrived.
 *
 * @param moves in ascending order; each goes down, and overlaps no later one's source
 * @param size the file's size afterwards
 */
record RewritePlan(List<Move> moves, long size) {

    /** A range of the file that goes to a lower offset; the two may overlap. */
    record Move(long from, long to, long length) {
        /** Where its source ends. */
        long end() {
            return from + length;
        }
    }

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

    /** This one, and what was appended after it was made: it moves behind all the rest. */
    RewritePlan extended(long from, long until) {
        List<Move> more = new ArrayList<>(moves);
        return new RewritePlan(more, move(more, from, size, until));
    }

    /** Whether it could have been made by this class: for one that was read from a file. */
    boolean isSound() {
        long to = moves.get(0).to();
        long until = to;
        for (Move move : moves) {
            boolean down = move.to() == to && move.from() > to && move.from() >= until;
            if (!down || to < 0 || move.length() <= 0 || move.end() < 0) {
                return false;
            }
            to += move.length();
            until = move.end();
        }
        return size == to;
    }

    /** Octets that are moved. */
    long octets() {
        return moves.isEmpty() ? 0 : size - first();
    }

    /** Where the first octet arrives; everything before it stays where it is. */
    long first() {
        return moves.get(0).to();
    }

    /** Where the last source ends. */
    long end() {
        return moves.get(moves.size() - 1).end();
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

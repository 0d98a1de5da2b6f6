package org.postern.limits.internal;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.postern.api.net.Source;

/**
 * Slots of sessions that are over before minimumSlotSeconds were (popa3d's MIN_DELAY): they limit
 * how fast one source connects, beside how often at once. At most {@link #MOST} are remembered; an
 * attacker who fills that has freed its own oldest ones, and nobody else pays for it. For one
 * thread; times are nanoseconds of {@link System#nanoTime}'s kind.
 */
final class GhostSlots {
    /** 16,384 take 2 MiB in memory and 208 KiB handed over. */
    static final int MOST = 1 << 14;

    private final PriorityQueue<Ghost> ghosts =
            new PriorityQueue<>(
                    // A difference and not a comparison: nanoTime may wrap.
                    (one, other) -> Long.signum(one.started() - other.started()));

    /** A slot of this source whose session began then. */
    record Ghost(Source source, long started) {}

    /** Remembers one; returns the one that it displaces. */
    Optional<Ghost> add(Ghost ghost) {
        ghosts.add(ghost);
        return ghosts.size() > MOST ? Optional.of(ghosts.remove()) : Optional.empty();
    }

    /** Takes out the oldest one if it began this long ago or longer. */
    Optional<Ghost> takeExpired(long now, Duration slot) {
        Ghost oldest = ghosts.peek();
        if (oldest == null || now - oldest.started() < slot.toNanos()) {
            return Optional.empty();
        }
        return Optional.of(ghosts.remove());
    }

    void clear() {
        ghosts.clear();
    }

    int count() {
        return ghosts.size();
    }

    /** All of them, the oldest first. */
    List<Ghost> all(long now) {
        return ghosts.stream()
                .sorted(Comparator.comparingLong(ghost -> ghost.started() - now))
                .toList();
    }
}

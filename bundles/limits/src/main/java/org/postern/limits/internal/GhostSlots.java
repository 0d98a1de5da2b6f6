package org.postern.limits.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.postern.api.limits.PenaltyRecords;
import org.postern.api.net.Source;

/**
 * Slots of sessions that are over before minimumSlotSeconds were (popa3d's MIN_DELAY): they limit
 * how fast one source connects, beside how often at once. At most {@link #MOST} are remembered; an
 * attacker who fills that has freed its own oldest ones, and nobody else pays for it. For one
 * thread; times are nanoseconds of {@link System#nanoTime}'s kind.
 */
final class GhostSlots {
    /** 16,384 take 2 MiB in memory and 208 KiB as {@link PenaltyRecords}. */
    static final int MOST = 1 << 14;

    static final String FORM = "org.postern.limits/1";

    // Family, prefix, age in milliseconds.
    private static final int RECORD = Byte.BYTES + Long.BYTES + Integer.BYTES;
    private static final Duration OLDEST = Duration.ofSeconds(LimitsSettings.MOST_SLOT_SECONDS);

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

    int count() {
        return ghosts.size();
    }

    PenaltyRecords encode(long now) {
        ByteBuffer octets = ByteBuffer.allocate(ghosts.size() * RECORD);
        ghosts.stream()
                .sorted(Comparator.comparingLong(ghost -> ghost.started() - now))
                .forEach(
                        ghost -> {
                            long age = Duration.ofNanos(now - ghost.started()).toMillis();
                            octets.put((byte) ghost.source().family());
                            octets.putLong(ghost.source().prefix());
                            octets.putInt((int) Math.max(0, Math.min(age, OLDEST.toMillis())));
                        });
        return new PenaltyRecords(FORM, octets.array());
    }

    /** What {@link #encode} made; nothing at all if one octet of it could not be ours. */
    static List<Ghost> decode(PenaltyRecords records, long now) {
        if (!records.form().equals(FORM)) {
            return List.of();
        }
        ByteBuffer octets = ByteBuffer.wrap(records.octets());
        if (octets.remaining() % RECORD != 0 || octets.remaining() / RECORD > MOST) {
            return List.of();
        }
        List<Ghost> decoded = new ArrayList<>(octets.remaining() / RECORD);
        while (octets.hasRemaining()) {
            Source source = new Source(octets.get(), octets.getLong());
            int age = octets.getInt();
            if (!isPossible(source) || age < 0 || age > OLDEST.toMillis()) {
                return List.of();
            }
            decoded.add(new Ghost(source, now - Duration.ofMillis(age).toNanos()));
        }
        return decoded;
    }

    private static boolean isPossible(Source source) {
        return source.family() == 6 || (source.family() == 4 && source.prefix() >>> 32 == 0);
    }
}

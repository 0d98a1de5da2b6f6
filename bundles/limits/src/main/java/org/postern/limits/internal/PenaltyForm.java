package org.postern.limits.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.api.limits.PenaltyRecords;
import org.postern.api.net.Source;

/**
 * The form in which penalties are handed over: the key of the names, three counts, then ghosts,
 * sources and names. What one octet of could not be ours is dropped as a whole.
 */
final class PenaltyForm {
    static final String FORM = "org.postern.limits/2";

    private static final int HEADER = 2 * Long.BYTES + 3 * Integer.BYTES;
    private static final int SOURCE = Byte.BYTES + Long.BYTES;
    private static final int GHOST = SOURCE + Integer.BYTES;
    private static final int WEIGHED = SOURCE + Float.BYTES;
    private static final int NAME = Long.BYTES + Float.BYTES;
    private static final long OLDEST =
            Duration.ofSeconds(LimitsSettings.MOST_SLOT_SECONDS).toMillis();
    // A few times what the gentlest settings come to.
    private static final float HEAVIEST = 1_000;

    /**
     * What is handed over.
     *
     * @param k0 half of the key under which names are hashed
     * @param k1 the other half
     */
    record Remembered(
            long k0,
            long k1,
            List<GhostSlots.Ghost> ghosts,
            List<Penalties.Weight<Source>> sources,
            List<Penalties.Weight<Long>> names) {}

    private PenaltyForm() {}

    static PenaltyRecords encode(Remembered remembered, long now) {
        ByteBuffer octets =
                ByteBuffer.allocate(
                        HEADER
                                + remembered.ghosts().size() * GHOST
                                + remembered.sources().size() * WEIGHED
                                + remembered.names().size() * NAME);
        octets.putLong(remembered.k0()).putLong(remembered.k1());
        octets.putInt(remembered.ghosts().size());
        octets.putInt(remembered.sources().size());
        octets.putInt(remembered.names().size());
        for (GhostSlots.Ghost ghost : remembered.ghosts()) {
            long age = Duration.ofNanos(now - ghost.started()).toMillis();
            put(octets, ghost.source()).putInt((int) Math.max(0, Math.min(age, OLDEST)));
        }
        for (Penalties.Weight<Source> source : remembered.sources()) {
            put(octets, source.of()).putFloat((float) source.weight());
        }
        for (Penalties.Weight<Long> name : remembered.names()) {
            octets.putLong(name.of()).putFloat((float) name.weight());
        }
        return new PenaltyRecords(FORM, octets.array());
    }

    private static ByteBuffer put(ByteBuffer octets, Source source) {
        return octets.put((byte) source.family()).putLong(source.prefix());
    }

    static Optional<Remembered> decode(PenaltyRecords records, long now) {
        ByteBuffer octets = ByteBuffer.wrap(records.octets());
        if (!records.form().equals(FORM) || octets.remaining() < HEADER) {
            return Optional.empty();
        }
        long k0 = octets.getLong();
        long k1 = octets.getLong();
        int ghosts = octets.getInt();
        int sources = octets.getInt();
        int names = octets.getInt();
        if (!isIn(ghosts, GhostSlots.MOST)
                || !isIn(sources, 2 * Penalties.MOST_SOURCES)
                || !isIn(names, Penalties.MOST_NAMES)
                || octets.remaining() != ghosts * GHOST + sources * WEIGHED + names * NAME) {
            return Optional.empty();
        }
        Remembered remembered =
                new Remembered(
                        k0,
                        k1,
                        new ArrayList<>(ghosts),
                        new ArrayList<>(sources),
                        new ArrayList<>(names));
        boolean good = true;
        for (int i = 0; i < ghosts && good; i++) {
            Source source = source(octets);
            int age = octets.getInt();
            good = isPossible(source) && isIn(age, (int) OLDEST);
            long started = now - Duration.ofMillis(age).toNanos();
            remembered.ghosts().add(new GhostSlots.Ghost(source, started));
        }
        for (int i = 0; i < sources && good; i++) {
            Source source = source(octets);
            float weight = octets.getFloat();
            good = isPossible(source) && isPossible(weight);
            remembered.sources().add(new Penalties.Weight<>(source, weight));
        }
        for (int i = 0; i < names && good; i++) {
            long name = octets.getLong();
            float weight = octets.getFloat();
            good = isPossible(weight);
            remembered.names().add(new Penalties.Weight<>(name, weight));
        }
        return good ? Optional.of(remembered) : Optional.empty();
    }

    private static Source source(ByteBuffer octets) {
        return new Source(octets.get(), octets.getLong());
    }

    private static boolean isIn(int number, int most) {
        return number >= 0 && number <= most;
    }

    private static boolean isPossible(Source source) {
        return source.family() == 6 || (source.family() == 4 && source.prefix() >>> 32 == 0);
    }

    // Written so that NaN is not possible.
    private static boolean isPossible(float weight) {
        return weight > 0 && weight <= HEAVIEST;
    }
}

package org.postern.limits.internal;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.postern.api.auth.UserName;
import org.postern.api.hash.SipHash;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.net.Source;

/**
 * What failed logins cost those who made them: sources, after OpenSSH's PerSourcePenalties, and
 * names. A try that is repeated counts once; one name adds so much to its source and no more; a
 * success takes back what that name added there. Names are kept as hashes under a random key, and
 * IPv4 and IPv6 apart, because of IPv6 sources everybody has as many as he wants. For one thread;
 * times are nanoseconds of {@link System#nanoTime}'s kind.
 */
final class Penalties {
    /** Of each family. */
    static final int MOST_SOURCES = 8_192;

    static final int MOST_NAMES = 16_384;

    /** All the tables full. */
    static final long MOST_OCTETS = 16L << 20;

    // Measured with a 64-bit JVM and compressed references, and rounded up; a test holds the sum to
    // what is promised.
    private static final int OCTETS_OF_A_SOURCE = 576;
    private static final int OCTETS_OF_A_NAME = 320;
    private static final int TRIES_OF_A_NAME = 8;
    // Those who failed before they said a name are counted as if it were one.
    private static final long NAMELESS = 0;

    private final long k0;
    private final long k1;
    private final SipHash hash;
    private final FadingTable<Source, SourceHistory> ipv4;
    private final FadingTable<Source, SourceHistory> ipv6;
    private final FadingTable<Long, Tries> names;

    /** A weight of something. */
    record Weight<K>(K of, double weight) {}

    private Penalties(long k0, long k1, Duration halfLife, long now) {
        this.k0 = k0;
        this.k1 = k1;
        this.hash = new SipHash(k0, k1);
        this.ipv4 = new FadingTable<>(MOST_SOURCES, SourceHistory::new, halfLife, now);
        this.ipv6 = new FadingTable<>(MOST_SOURCES, SourceHistory::new, halfLife, now);
        this.names = new FadingTable<>(MOST_NAMES, () -> new Tries(TRIES_OF_A_NAME), halfLife, now);
    }

    /** None. */
    static Penalties none(PenaltySettings settings, long now) {
        SecureRandom random = new SecureRandom();
        return new Penalties(random.nextLong(), random.nextLong(), settings.halfLife(), now);
    }

    /** Those of a predecessor. What was tried there counts anew. */
    static Penalties of(PenaltyForm.Remembered remembered, PenaltySettings settings, long now) {
        Penalties penalties =
                new Penalties(remembered.k0(), remembered.k1(), settings.halfLife(), now);
        remembered.sources().forEach(s -> penalties.table(s.of()).set(s.of(), s.weight(), now));
        remembered.names().forEach(n -> penalties.names.set(n.of(), n.weight(), now));
        return penalties;
    }

    /** What is to be handed over. */
    PenaltyForm.Remembered remembered(List<GhostSlots.Ghost> ghosts, long now) {
        List<Weight<Source>> sources = sources(now);
        List<Weight<Long>> failed = new ArrayList<>(names.size());
        names.visit((name, weight) -> failed.add(new Weight<>(name, weight)), now);
        return new PenaltyForm.Remembered(k0, k1, ghosts, sources, failed);
    }

    /** The sources that have failed, the heaviest of each family first. */
    List<Weight<Source>> sources(long now) {
        List<Weight<Source>> sources = new ArrayList<>(ipv4.size() + ipv6.size());
        ipv4.visit((source, weight) -> sources.add(new Weight<>(source, weight)), now);
        ipv6.visit((source, weight) -> sources.add(new Weight<>(source, weight)), now);
        return sources;
    }

    /** Settings may have changed. */
    void adapt(PenaltySettings settings, long now) {
        ipv4.halfLife(settings.halfLife(), now);
        ipv6.halfLife(settings.halfLife(), now);
        names.halfLife(settings.halfLife(), now);
    }

    /** A login failed; returns how long its answer is held back. */
    Duration failed(PenaltySettings settings, Source source, LoginAttempt attempt, long now) {
        long name = attempt.name().map(this::hash).orElse(NAMELESS);
        double ofSource = sourceFailed(settings, source, name, attempt.fingerprint(), now);
        double ofName = nameFailed(settings, name, attempt.fingerprint(), now);
        return settings.penalty(Math.max(ofSource, ofName));
    }

    private double sourceFailed(
            PenaltySettings settings, Source source, long name, OptionalLong print, long now) {
        FadingTable<Source, SourceHistory> table = table(source);
        double before = table.weight(source, now);
        if (table.detail(source).filter(seen -> repeats(seen.tries(), print)).isPresent()) {
            return before;
        }
        Fading fading = table.fading();
        double added =
                table.detail(source).map(seen -> seen.names().of(name, fading, now)).orElse(0.0);
        double more = Math.max(0, Math.min(1, settings.mostOfOneName() - added));
        double after = Math.min(settings.most(), before + more);
        table.set(source, after, now)
                .ifPresent(
                        seen -> {
                            if (before == 0) {
                                repeats(seen.tries(), print);
                            }
                            seen.names().set(name, added + more, fading, now);
                        });
        return after;
    }

    private double nameFailed(PenaltySettings settings, long name, OptionalLong print, long now) {
        double before = names.weight(name, now);
        if (name == NAMELESS
                || names.detail(name).filter(tries -> repeats(tries, print)).isPresent()) {
            return before;
        }
        double after = Math.min(settings.most(), before + 1);
        names.set(name, after, now)
                .filter(tries -> before == 0)
                .ifPresent(
                        tries -> {
                            repeats(tries, print);
                        });
        return after;
    }

    private static boolean repeats(Tries tries, OptionalLong fingerprint) {
        return fingerprint.isPresent() && tries.repeats(fingerprint.getAsLong());
    }

    /** Somebody logged in: what he mistyped there is forgiven, and nothing else. */
    void succeeded(Source source, UserName account, long now) {
        FadingTable<Source, SourceHistory> table = table(source);
        long name = hash(account);
        table.detail(source)
                .map(seen -> seen.names().take(name, table.fading(), now))
                .filter(taken -> taken > 0)
                .ifPresent(
                        taken -> {
                            table.set(source, table.weight(source, now) - taken, now);
                            names.set(name, names.weight(name, now) - taken, now);
                        });
    }

    double weight(Source source, long now) {
        return table(source).weight(source, now);
    }

    /** Whether a source that guesses may make one more connection now. */
    boolean admits(PenaltySettings settings, Source source, long now) {
        Duration time = settings.penalty(weight(source, now));
        return table(source)
                .detail(source)
                .map(seen -> seen.admits(settings.sessions(), time, now))
                .orElse(true);
    }

    /** Forgets what a source did; false if nothing was remembered. */
    boolean forgive(Source source, long now) {
        boolean known = table(source).detail(source).isPresent();
        table(source).set(source, 0, now);
        return known;
    }

    int sources() {
        return ipv4.size() + ipv6.size();
    }

    /** What the tables take of the heap, roughly. */
    long octets() {
        return (long) sources() * OCTETS_OF_A_SOURCE + (long) names() * OCTETS_OF_A_NAME;
    }

    int names() {
        return names.size();
    }

    private FadingTable<Source, SourceHistory> table(Source source) {
        return source.family() == 4 ? ipv4 : ipv6;
    }

    private long hash(UserName name) {
        return hash.hash(name.octets());
    }
}

package org.postern.testkit.kill;

import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * One kill, all of it from its seed.
 *
 * @param octets about as large is the mailbox
 * @param deleted what is to be deleted
 * @param deliveries that an agent makes from when the mailbox is open to its death
 * @param deliveredAfter those between the death and the next login
 * @param instant when it is killed, as a share of how long the update takes
 * @param ofAgent whether the process that opens the files is killed, where there is one, and not
 *     the one that updates them
 */
record Kill(
        long seed,
        long octets,
        Corpus corpus,
        BitSet deleted,
        String durability,
        int deliveries,
        int deliveredAfter,
        double instant,
        boolean ofAgent) {
    private static final long SMALLEST = 1_000;
    private static final long LARGEST = 100_000_000;
    private static final int FEWEST = 3;
    private static final int MOST = 5_000;
    // A little longer than it takes, so that some are killed when all is said.
    private static final double LATEST = 1.08;
    private static final double LATE = 0.8;
    private static final double OF_AGENTS = 0.3;

    static Kill of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        // Small ones are most, as their updates are over sooner and their steps closer together.
        double size = Math.pow(random.nextDouble(), 2);
        long octets = (long) (SMALLEST * Math.pow((double) LARGEST / SMALLEST, size));
        String durability = random.nextBoolean() ? "power" : "process";
        return of(random, seed, octets, durability, random.nextDouble() * LATEST);
    }

    /** An update that is not killed. */
    static Kill none(long seed, long octets, String durability) {
        SplittableRandom random = new SplittableRandom(seed);
        return of(random, seed, octets, durability, Double.POSITIVE_INFINITY);
    }

    private static Kill of(
            SplittableRandom random, long seed, long octets, String durability, double instant) {
        // Neither messages of a few octets nor only a few huge ones: their sizes vary as well.
        int most = (int) Math.min(MOST, FEWEST + octets / 300);
        double share = Math.pow(random.nextDouble(), 2);
        Corpus corpus = Corpus.of(seed, FEWEST + (int) ((most - FEWEST) * share), octets);
        BitSet deleted = corpus.someOf(random);
        int during = random.nextInt(Corpus.LATE);
        int after = random.nextInt(2);
        boolean ofAgent = random.nextDouble() < OF_AGENTS;
        return new Kill(seed, octets, corpus, deleted, durability, during, after, instant, ofAgent);
    }

    boolean isLate() {
        return instant > LATE;
    }

    /** Kills of one kind take about as long. */
    String kind() {
        return kind(durability, octets);
    }

    static String kind(String durability, long octets) {
        return durability + " " + (int) (Math.log((double) octets) / Math.log(4));
    }
}

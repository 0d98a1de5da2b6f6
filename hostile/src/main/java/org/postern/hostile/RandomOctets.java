package org.postern.hostile;

import java.io.IOException;
import java.util.Random;

/** Noise, from many. */
final class RandomOctets implements Scenario {
    private static final int AT_ONCE = 50;
    private static final int OCTETS = 4096;

    @Override
    public String name() {
        return "noise";
    }

    @Override
    public void attack(Options options, Swarm swarm, Findings findings) throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Sources sources = new Sources(options.server(), 13, 1000);
        Count count = new Count(seed);
        swarm.run(
                options.time(),
                () -> {
                    while (swarm.count() < AT_ONCE) {
                        swarm.openRaw(sources, new Noise(random, count));
                    }
                });
        findings.check(
                "nothing is answered but errors",
                count.strange.isEmpty() || options.tls() == Options.Encryption.IMPLICIT,
                count);
    }

    private static final class Count {
        private final long seed;
        private int connections;
        private String strange = "";

        Count(long seed) {
            this.seed = seed;
        }

        @Override
        public String toString() {
            return connections + " connections, seed " + seed + " " + strange;
        }
    }

    private static final class Noise implements Peer {
        private final Random random;
        private final Count count;
        private int lines;

        Noise(Random random, Count count) {
            this.random = random;
            this.count = count;
        }

        @Override
        public void connected(Wire wire) {
            count.connections++;
            byte[] octets = new byte[OCTETS];
            random.nextBytes(octets);
            wire.send(octets);
        }

        @Override
        public void line(Wire wire, String line) {
            if (lines++ > 0 && !line.startsWith("-ERR")) {
                count.strange = "strange";
            }
        }
    }
}

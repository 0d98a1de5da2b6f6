package org.postern.hostile;

import java.io.IOException;

/** Many connections that send a command at an octet a second, and never end it. */
final class Slowloris implements Scenario {
    private static final long SECOND = 1_000_000_000L;

    private final boolean manySources;

    Slowloris(boolean manySources) {
        this.manySources = manySources;
    }

    @Override
    public String name() {
        return manySources ? "slowloris-sources" : "slowloris";
    }

    @Override
    public void attack(Options options, Swarm swarm, Findings findings) throws IOException {
        Sources sources = new Sources(options.server(), 1, manySources ? options.connections() : 1);
        Greetings greetings = new Greetings();
        for (int i = 0; i < options.connections(); i++) {
            swarm.open(sources, new Slow(greetings, i));
        }
        swarm.run(options.time(), () -> {});
        greetings.check(findings);
        if (!manySources) {
            findings.check(
                    "one source does not get everything",
                    greetings.greeted() < options.connections(),
                    greetings);
        }
        findings.check("some are heard", greetings.greeted() > 0, greetings);
    }

    private static final class Slow implements Peer {
        private final Greetings greetings;
        private long next;
        private boolean first = true;

        Slow(Greetings greetings, int number) {
            this.greetings = greetings;
            this.next = System.nanoTime() + number * SECOND / 1000 % SECOND;
        }

        @Override
        public void line(Wire wire, String line) {
            if (first) {
                first = false;
                greetings.count(line);
            }
        }

        @Override
        public void turn(Wire wire, long now) {
            if (now - next >= 0) {
                next = now + SECOND;
                wire.send("U");
            }
        }

        @Override
        public void closed(Wire wire) {
            greetings.countClosed();
        }
    }
}

package org.postern.hostile;

import java.io.IOException;

/** Clients that are cut off in the middle of a message, over and over. */
final class ResetInRetr implements Scenario {
    private static final int AT_ONCE = 4;
    private static final int LINES = 20;

    @Override
    public String name() {
        return "resets";
    }

    @Override
    public void attack(Options options, Swarm swarm, Findings findings) throws IOException {
        Sources sources = new Sources(options.server(), 8, 1000);
        Count count = new Count();
        swarm.run(
                options.time(),
                () -> {
                    while (swarm.count() < AT_ONCE) {
                        swarm.open(sources, new Cut(options, count));
                    }
                });
        findings.check("sessions go on being served", count.cut > AT_ONCE, count);
    }

    private static final class Count {
        private int cut;
        private int refused;
        private String why = "";

        @Override
        public String toString() {
            return cut + " cut off, " + refused + " refused " + why;
        }
    }

    private static final class Cut extends LoggedIn {
        private final Count count;
        private int lines;

        Cut(Options options, Count count) {
            super(options);
            this.count = count;
        }

        @Override
        void begin(Wire wire) {
            wire.send("RETR 1\r\n");
        }

        @Override
        void reply(Wire wire, String line) {
            if (++lines == LINES) {
                count.cut++;
                wire.reset();
            }
        }

        @Override
        void refused(Wire wire, String line) {
            count.refused++;
            count.why = line;
            wire.reset();
        }
    }
}

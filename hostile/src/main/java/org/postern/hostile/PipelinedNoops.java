package org.postern.hostile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** 10,000 NOOPs at once, from clients that do not read until all has left or will not go. */
final class PipelinedNoops implements Scenario {
    private static final int COMMANDS = 10_000;
    private static final int AT_ONCE = 4;

    @Override
    public String name() {
        return "noops";
    }

    @Override
    public void attack(Options options, Swarm swarm, Findings findings) throws IOException {
        Sources sources = new Sources(options.server(), 5, AT_ONCE);
        List<Noops> all = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            Noops noops = new Noops(options);
            all.add(noops);
            swarm.open(sources, noops);
        }
        swarm.run(options.time().dividedBy(2), () -> {});
        all.forEach(Noops::goOn);
        swarm.run(
                options.time().dividedBy(2),
                () -> {},
                () -> all.stream().allMatch(noops -> noops.answered == COMMANDS));
        findings.check(
                "each is answered, in order",
                all.stream().allMatch(noops -> noops.answered == COMMANDS && !noops.wrong),
                all);
    }

    private static final class Noops extends LoggedIn {
        private final List<Wire> wires = new ArrayList<>();
        private int answered;
        private boolean wrong;

        Noops(Options options) {
            super(options);
        }

        @Override
        void begin(Wire wire) {
            wires.add(wire);
            wire.read(false);
            wire.send("NOOP\r\n".repeat(COMMANDS));
        }

        void goOn() {
            wires.forEach(wire -> wire.read(true));
        }

        @Override
        void reply(Wire wire, String line) {
            answered++;
            wrong |= !line.startsWith("+OK");
        }

        @Override
        public String toString() {
            return answered + " answered";
        }
    }
}

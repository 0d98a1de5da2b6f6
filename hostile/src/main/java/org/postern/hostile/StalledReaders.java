package org.postern.hostile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Clients that ask for a message and do not read it. */
final class StalledReaders implements Scenario {
    /** Of one account: more than any server should let it have. */
    private static final int AT_ONCE = 50;

    @Override
    public String name() {
        return "stalls";
    }

    @Override
    public void attack(Options options, Swarm swarm, Findings findings) throws IOException {
        Sources sources = new Sources(options.server(), 9, 1000);
        List<Stalled> all = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            Stalled stalled = new Stalled(options);
            all.add(stalled);
            swarm.open(sources, stalled);
        }
        swarm.run(options.time(), () -> {});
        long in = all.stream().filter(LoggedIn::isIn).count();
        findings.check(
                "some got their message begun", in > 0, in + " of " + AT_ONCE + " logged in");
    }

    private static final class Stalled extends LoggedIn {
        Stalled(Options options) {
            super(options);
        }

        @Override
        void begin(Wire wire) {
            wire.send("RETR 1\r\n");
            wire.read(false);
        }

        @Override
        void reply(Wire wire, String line) {}
    }
}

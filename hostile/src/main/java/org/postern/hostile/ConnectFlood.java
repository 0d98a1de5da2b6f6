package org.postern.hostile;

import java.io.IOException;

/** Connections that are closed as soon as they are open, as many as there can be. */
final class ConnectFlood implements Scenario {
    private static final int AT_ONCE = 50;

    private final boolean manySources;

    ConnectFlood(boolean manySources) {
        this.manySources = manySources;
    }

    @Override
    public String name() {
        return manySources ? "connects-sources" : "connects";
    }

    @Override
    public void attack(Options options, Swarm swarm, Findings findings) throws IOException {
        Sources sources = new Sources(options.server(), 14, manySources ? 1000 : 1);
        int[] opened = new int[1];
        swarm.run(
                options.time(),
                () -> {
                    while (swarm.count() < AT_ONCE) {
                        swarm.openRaw(
                                sources,
                                new Peer() {
                                    @Override
                                    public void connected(Wire wire) {
                                        opened[0]++;
                                        wire.reset();
                                    }
                                });
                    }
                });
        findings.check("connections can be made", opened[0] > 0, opened[0] + " connections");
    }
}

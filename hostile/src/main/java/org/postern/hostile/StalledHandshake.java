package org.postern.hostile;

import java.io.IOException;

/** Many connections that begin a TLS handshake and leave it there. */
final class StalledHandshake implements Scenario {
    /** The head of a record of 512 octets with a ClientHello, of which no more comes. */
    private static final byte[] BEGINNING = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3};

    private final boolean implicit;

    StalledHandshake(boolean implicit) {
        this.implicit = implicit;
    }

    @Override
    public String name() {
        return implicit ? "handshakes" : "handshakes-stls";
    }

    @Override
    public void attack(Options options, Swarm swarm, Findings findings) throws IOException {
        if (implicit
                ? options.tls() != Options.Encryption.IMPLICIT
                : !Offers.of(options).capability("STLS")) {
            findings.notOffered(implicit ? "implicit TLS" : "STLS");
            return;
        }
        Sources sources = new Sources(options.server(), 2, options.connections());
        Greetings greetings = new Greetings();
        for (int i = 0; i < options.connections(); i++) {
            swarm.openRaw(sources, new Stalled(greetings));
        }
        swarm.run(options.time(), () -> {});
        greetings.check(findings);
        findings.check(
                "nothing is said that is not TLS",
                !implicit || greetings.greeted() == 0,
                greetings);
    }

    private final class Stalled implements Peer {
        private final Greetings greetings;
        private int lines;

        Stalled(Greetings greetings) {
            this.greetings = greetings;
        }

        @Override
        public void connected(Wire wire) {
            if (implicit) {
                wire.send(BEGINNING);
            }
        }

        @Override
        public void line(Wire wire, String line) {
            if (lines++ == 0) {
                greetings.count(line);
                wire.send("STLS\r\n");
            } else if (lines == 2 && line.startsWith("+OK")) {
                wire.send(BEGINNING);
            }
        }

        @Override
        public void closed(Wire wire) {
            greetings.countClosed();
        }
    }
}

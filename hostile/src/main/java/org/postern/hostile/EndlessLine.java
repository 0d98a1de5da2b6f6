package org.postern.hostile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A line of 64 MB without an end. */
final class EndlessLine implements Scenario {
    private static final long OCTETS = 64L << 20;
    private static final int AT_ONCE = 4;
    private static final byte[] PIECE = new byte[1 << 16];

    static {
        Arrays.fill(PIECE, (byte) 'A');
    }

    private final boolean loggedIn;

    EndlessLine(boolean loggedIn) {
        this.loggedIn = loggedIn;
    }

    @Override
    public String name() {
        return loggedIn ? "endless-line-in" : "endless-line";
    }

    @Override
    public void attack(Options options, Swarm swarm, Findings findings) throws IOException {
        Sources sources = new Sources(options.server(), 4, AT_ONCE);
        List<Talk> talks = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            Talk talk = new Talk();
            talks.add(talk);
            swarm.open(sources, loggedIn ? inside(options, talk) : outside(talk));
        }
        swarm.run(options.time(), () -> {}, () -> talks.stream().allMatch(talk -> talk.over));
        findings.check(
                "it is answered with one error at most, or closed",
                talks.stream().allMatch(talk -> talk.began && talk.replies <= 1 && !talk.accepted),
                talks);
    }

    private static Peer outside(Talk talk) {
        return new Peer() {
            @Override
            public void line(Wire wire, String line) {
                if (talk.began) {
                    talk.reply(line);
                } else {
                    talk.send(wire);
                }
            }

            @Override
            public void drained(Wire wire) {
                talk.drained(wire);
            }

            @Override
            public void closed(Wire wire) {
                talk.closed();
            }
        };
    }

    private static Peer inside(Options options, Talk talk) {
        return new LoggedIn(options) {
            @Override
            void begin(Wire wire) {
                talk.send(wire);
            }

            @Override
            void reply(Wire wire, String line) {
                talk.reply(line);
            }

            @Override
            public void drained(Wire wire) {
                talk.drained(wire);
            }

            @Override
            public void closed(Wire wire) {
                talk.closed();
            }
        };
    }

    private static final class Talk {
        private boolean began;
        private boolean over;
        private boolean closed;
        private boolean accepted;
        private int replies;
        private long sent;

        void send(Wire wire) {
            began = true;
            sent += PIECE.length;
            wire.send(PIECE);
        }

        void drained(Wire wire) {
            if (began && sent < OCTETS) {
                send(wire);
            } else if (began) {
                over = true;
            }
        }

        void reply(String line) {
            replies++;
            accepted |= line.startsWith("+OK");
        }

        void closed() {
            closed = true;
            over = true;
        }

        @Override
        public String toString() {
            return (sent >> 20) + " MB, " + replies + " replies" + (closed ? ", closed" : "");
        }
    }
}

package org.postern.hostile;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * 1,000 wrong passwords a second: names that are often there, and the victim's among them. Who
 * waits for answers guesses no faster than the server wants, so when all connections wait, the one
 * that has waited longest hangs up and another takes its place.
 */
final class Guessing implements Scenario {
    private static final int PER_SECOND = 1000;
    private static final List<String> NAMES =
            List.of("root", "admin", "info", "test", "mail", "postmaster", "office");

    private final boolean manySources;

    Guessing(boolean manySources) {
        this.manySources = manySources;
    }

    @Override
    public String name() {
        return manySources ? "guesses-sources" : "guesses";
    }

    @Override
    public void attack(Options options, Swarm swarm, Findings findings) throws IOException {
        Sources sources = new Sources(options.server(), 6, manySources ? 1000 : 1);
        Tally tally = new Tally(options.victim().user());
        Pace pace = new Pace(PER_SECOND);
        swarm.run(
                options.time(),
                () -> {
                    while (pace.due()) {
                        Wire free = tally.free();
                        if (free != null) {
                            tally.guess(free);
                        } else if (swarm.count() < options.connections()
                                || tally.hangUpTheOldest()) {
                            swarm.open(sources, new Guesser(tally));
                        }
                    }
                });
        tally.greetings.check(findings);
        findings.check("no guess is accepted", tally.accepted == 0, tally);
        findings.check("every answer to a guess is an error", tally.strange == 0, tally);
    }

    private static final class Guesser implements Peer {
        private final Tally tally;
        private int lines;

        Guesser(Tally tally) {
            this.tally = tally;
        }

        @Override
        public void line(Wire wire, String line) {
            if (lines++ == 0) {
                tally.greetings.count(line);
                if (line.startsWith("+OK")) {
                    tally.guess(wire);
                }
            } else if (lines % 2 == 1) {
                tally.answer(wire, line);
            }
        }

        @Override
        public void closed(Wire wire) {
            tally.closed(wire);
        }
    }

    private static final class Tally {
        private final Greetings greetings = new Greetings();
        private final Deque<Wire> answeredWires = new ArrayDeque<>();
        private final Set<Wire> waiting = new LinkedHashSet<>();
        private final String victim;
        private int sent;
        private int hungUp;
        private int answered;
        private int accepted;
        private int strange;

        Tally(String victim) {
            this.victim = victim;
        }

        /** One that has been answered; null if there is none. */
        Wire free() {
            Wire wire = answeredWires.poll();
            while (wire != null && wire.isOver()) {
                wire = answeredWires.poll();
            }
            return wire;
        }

        /** Whether there was one that waits for an answer. */
        boolean hangUpTheOldest() {
            Iterator<Wire> oldest = waiting.iterator();
            if (!oldest.hasNext()) {
                return false;
            }
            oldest.next().reset();
            oldest.remove();
            hungUp++;
            return true;
        }

        void closed(Wire wire) {
            waiting.remove(wire);
            greetings.countClosed();
        }

        void guess(Wire wire) {
            waiting.add(wire);
            int number = sent++;
            int name = number % (NAMES.size() + 1);
            wire.send(
                    "USER "
                            + (name == NAMES.size() ? victim : NAMES.get(name))
                            + "\r\nPASS wrong-"
                            + number
                            + "\r\n");
        }

        void answer(Wire wire, String line) {
            answered++;
            if (line.startsWith("+OK")) {
                accepted++;
            } else if (!line.startsWith("-ERR")) {
                strange++;
            }
            waiting.remove(wire);
            answeredWires.add(wire);
        }

        @Override
        public String toString() {
            return sent
                    + " guesses, "
                    + answered
                    + " answered, "
                    + hungUp
                    + " hung up on; connections: "
                    + greetings;
        }
    }
}

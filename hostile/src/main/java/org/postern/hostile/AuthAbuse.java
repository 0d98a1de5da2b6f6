package org.postern.hostile;

import java.io.IOException;
import java.util.List;

/** Responses to AUTH that are too long, no base64, or never come. */
final class AuthAbuse implements Scenario {
    private static final int ROUNDS = 500;
    private static final List<String> NO_BASE64 =
            List.of(
                    "%%%%",
                    "A",
                    "AA",
                    "AAA",
                    "====",
                    "AA=A",
                    "AAAA=",
                    "A A A A",
                    "\u00ff\u00fe",
                    "=",
                    "AGEAYg==AGEAYg==",
                    "AB==",
                    "+",
                    "-",
                    "\u0000\u0000\u0000\u0000");

    @Override
    public String name() {
        return "auth";
    }

    @Override
    public void attack(Options options, Swarm swarm, Findings findings) throws IOException {
        Sources sources = new Sources(options.server(), 11, 1000);
        if (!Offers.of(options).mechanism("PLAIN")) {
            findings.notOffered("AUTH PLAIN");
            return;
        }
        Tally base64 = new Tally();
        for (String response : NO_BASE64) {
            base64.ask(options, sources, "AUTH PLAIN", response);
            base64.ask(options, sources, "AUTH PLAIN " + response);
        }
        findings.check("what is no base64 is an error", base64.good(), base64);
        Tally overlong = new Tally();
        for (int size : new int[] {9_000, 100_000, 1_000_000}) {
            overlong.ask(options, sources, "AUTH PLAIN", "A".repeat(size));
            overlong.ask(options, sources, "AUTH PLAIN " + "A".repeat(size));
        }
        findings.check("an overlong response is an error, or closed", overlong.good(), overlong);
        Tally cancelled = new Tally();
        for (int i = 0; i < ROUNDS; i++) {
            cancelled.ask(options, sources, "AUTH PLAIN", "*");
        }
        findings.check("a cancelled exchange is an error", cancelled.good(), cancelled);
        for (int i = 0; i < ROUNDS; i++) {
            try (Session session = Session.open(options, sources.next())) {
                session.send("AUTH PLAIN\r\n");
            }
        }
        findings.check("exchanges that were left hold up nobody", true, ROUNDS);
    }

    private static final class Tally {
        private int asked;
        private int errors;
        private int closed;
        private String wrong = "";

        /**
         * Says it line by line, after a challenge where there is more than one; only errors are
         * right.
         */
        void ask(Options options, Sources sources, String... lines) {
            asked++;
            try (Session session = Session.open(options, sources.next())) {
                for (int i = 0; i < lines.length; i++) {
                    String reply = session.command(lines[i]);
                    boolean last = i == lines.length - 1;
                    if (last && reply.startsWith("-ERR")) {
                        errors++;
                    } else if (last || !reply.startsWith("+")) {
                        wrong = reply;
                    }
                }
            } catch (IOException e) {
                closed++;
            }
        }

        boolean good() {
            return wrong.isEmpty() && errors + closed == asked;
        }

        @Override
        public String toString() {
            return asked + " tried, " + errors + " errors, " + closed + " closed " + wrong;
        }
    }
}

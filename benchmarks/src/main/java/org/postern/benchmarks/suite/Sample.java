package org.postern.benchmarks.suite;

import org.postern.benchmarks.load.Report;

/**
 * One value of one row, server and round.
 *
 * @param row as {@link Row#key}, or another name of what only grows
 */
record Sample(String row, String server, int round, double value) {

    Report report() {
        return new Report()
                .put("row", row)
                .put("server", server)
                .put("round", round)
                .put("value", value);
    }

    static Sample of(Report report) {
        return new Sample(
                report.text("row"),
                report.text("server"),
                (int) report.number("round").orElse(0),
                report.number("value").orElseThrow());
    }

    boolean ours() {
        return server.startsWith("postern");
    }
}

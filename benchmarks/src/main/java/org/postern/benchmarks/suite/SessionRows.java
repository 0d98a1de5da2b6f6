package org.postern.benchmarks.suite;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.postern.benchmarks.load.Report;

/** Short sessions on small mailboxes, with the cheapest hash and with a dear one. */
final class SessionRows {
    private static final String MANY = "1000000";
    private static final Map<Integer, Row> ROWS =
            Map.of(1, Row.SESSIONS_1, 8, Row.SESSIONS_8, 32, Row.SESSIONS_32);

    private SessionRows() {}

    static void cheap(Bench bench) throws IOException, InterruptedException {
        List<Server> servers = bench.everybody(Accounts.SMALL);
        for (Server server : servers) {
            run(bench, server, Accounts.SMALL, 4, 0.5);
        }
        for (int round = 0; round < bench.plan().rounds(); round++) {
            for (Server server : servers) {
                round(bench, server, round);
            }
        }
    }

    private static void round(Bench bench, Server server, int round)
            throws IOException, InterruptedException {
        double processor = 0;
        double sessions = 0;
        for (int clients : List.of(1, 8, 32)) {
            Report report = measure(bench, server, Accounts.SMALL, clients);
            bench.results().add(ROWS.get(clients), server, round, rate(report));
            processor += Bench.number(report, "server_cpu_s");
            sessions += Bench.number(report, "sessions");
            if (clients == 32) {
                bench.results().add(Row.P99_32, server, round, Bench.number(report, "p99_ms"));
            }
        }
        bench.results().add(Row.CPU, server, round, processor / sessions * 1000);
    }

    static void dear(Bench bench) throws IOException, InterruptedException {
        List<Server> servers = bench.everybody(Accounts.DEAR);
        for (Server server : servers) {
            run(bench, server, Accounts.DEAR, 4, 0.5);
        }
        for (int round = 0; round < bench.plan().rounds(); round++) {
            for (Server server : servers) {
                Report report = measure(bench, server, Accounts.DEAR, 8);
                bench.results().add(Row.SESSIONS_DEAR, server, round, rate(report));
            }
        }
    }

    static double rate(Report report) throws IOException {
        return Bench.number(report, "sessions_per_s");
    }

    static Report measure(Bench bench, Server server, int first, int clients)
            throws IOException, InterruptedException {
        return bench.undisturbed(() -> run(bench, server, first, clients, bench.plan().seconds()));
    }

    static Report run(Bench bench, Server server, int first, int clients, double seconds)
            throws IOException, InterruptedException {
        return bench.load(
                server,
                "session",
                "--first",
                Integer.toString(first),
                "--conc",
                Integer.toString(clients),
                "--count",
                MANY,
                "--duration",
                Double.toString(seconds));
    }
}

package org.postern.benchmarks.suite;

import java.io.IOException;
import java.util.List;
import org.postern.benchmarks.corpus.Corpus;
import org.postern.benchmarks.load.Report;

/** Whole mailboxes: small messages one by one and pipelined, and very large ones. */
final class RetrievalRows {
    private static final String MANY = "1000000";
    private static final int WARM_ROUNDS = 4;

    private RetrievalRows() {}

    static void small(Bench bench) throws IOException, InterruptedException {
        List<Server> servers = bench.everybody(Accounts.SMALL);
        for (Server server : servers) {
            run(bench, server, 1, 4, 0.5);
        }
        for (int round = 0; round < bench.plan().rounds(); round++) {
            for (Server server : servers) {
                Results results = bench.results();
                results.add(Row.RETR_1, server, round, rate(measure(bench, server, 1, 1)));
                results.add(Row.RETR_8, server, round, rate(measure(bench, server, 8, 1)));
                results.add(
                        Row.RETR_DEEP,
                        server,
                        round,
                        Bench.number(measure(bench, server, 1, 16), "xfer_only_mib_per_s"));
            }
        }
    }

    private static Report measure(Bench bench, Server server, int clients, int depth)
            throws IOException, InterruptedException {
        return bench.undisturbed(() -> run(bench, server, clients, depth, bench.plan().seconds()));
    }

    static Report run(Bench bench, Server server, int clients, int depth, double seconds)
            throws IOException, InterruptedException {
        return bench.load(
                server,
                "retr",
                "--conc",
                Integer.toString(clients),
                "--depth",
                Integer.toString(depth),
                "--count",
                MANY,
                "--duration",
                Double.toString(seconds));
    }

    private static double rate(Report report) throws IOException {
        return Bench.number(report, "mib_per_s");
    }

    static void huge(Bench bench) throws IOException, InterruptedException {
        List<Server> servers = bench.beside(bench.postern().get(0), "dovecot-tuned-mbox", "popa3d");
        for (Server server : servers) {
            server.mailboxes().place(Accounts.HUGE, Corpus.HUGE, 1);
        }
        bench.settle();
        for (int round = -WARM_ROUNDS; round < bench.plan().rounds(); round++) {
            for (Server server : servers) {
                Report report = bench.undisturbed(() -> runHuge(bench, server));
                if (round >= 0) {
                    bench.results().add(Row.RETR_HUGE, server, round, rate(report));
                }
            }
        }
        for (Server server : servers) {
            server.mailboxes().remove(Accounts.HUGE);
        }
    }

    private static Report runHuge(Bench bench, Server server)
            throws IOException, InterruptedException {
        return bench.load(
                server,
                "retr",
                "--first",
                Integer.toString(Accounts.HUGE),
                "--users",
                "1",
                "--count",
                "1");
    }
}

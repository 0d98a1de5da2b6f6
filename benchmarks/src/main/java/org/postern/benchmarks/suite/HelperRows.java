package org.postern.benchmarks.suite;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.postern.benchmarks.corpus.Corpus;
import org.postern.benchmarks.load.Report;

/** The system's users, whom Postern reaches through its helper, beside popa3d under xinetd. */
final class HelperRows {
    private HelperRows() {}

    static void run(Bench bench) throws IOException, InterruptedException {
        List<Server> servers =
                Stream.concat(bench.helped().stream(), bench.others("popa3d").stream()).toList();
        for (Server server : servers) {
            server.mailboxes().placeAll(Accounts.SMALL, Accounts.SMALL_COUNT, Corpus.SMALL);
        }
        bench.settle();
        for (int round = 0; round < bench.plan().rounds(); round++) {
            for (Server server : servers) {
                Report report = SessionRows.measure(bench, server, Accounts.SMALL, 8);
                bench.results().add(Row.HELPER_SESSIONS, server, round, SessionRows.rate(report));
            }
        }
        MemoryRows.helper(bench, servers);
    }
}

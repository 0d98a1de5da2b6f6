package org.postern.benchmarks.suite;

import java.io.IOException;
import java.util.List;
import org.postern.benchmarks.corpus.Corpus;

/**
 * What a busy server has behind it: its code is compiled. The first minute is reported, in slices,
 * and so is the memory before and after.
 */
final class WarmUp {
    private static final int SLICE_SECONDS = 10;
    private static final int REST_MILLIS = 10_000;
    private static final double MB = 1000;
    private static final double KIB_IN_KB = 1.024;

    private WarmUp() {}

    static void postern(Bench bench, List<Postern.View> views)
            throws IOException, InterruptedException {
        Server mbox = views.get(0);
        rest(bench, Row.REST, mbox);
        for (Server view : views) {
            place(view);
        }
        bench.settle();
        logins(bench, mbox, bench.plan().warm());
        for (Server view : views) {
            SessionRows.run(bench, view, Accounts.SMALL, 8, SLICE_SECONDS);
            RetrievalRows.run(bench, view, 8, 1, SLICE_SECONDS);
            RetrievalRows.run(bench, view, 1, 16, SLICE_SECONDS);
        }
        rest(bench, Row.REST_WARM, mbox);
    }

    static void helped(Bench bench, List<Postern.View> views)
            throws IOException, InterruptedException {
        place(views.get(0));
        for (Server view : views) {
            logins(bench, view, bench.plan().warm());
        }
    }

    private static void place(Server server) throws IOException, InterruptedException {
        server.mailboxes().placeAll(Accounts.SMALL, Accounts.SMALL_COUNT, Corpus.SMALL);
    }

    private static void logins(Bench bench, Server server, int seconds)
            throws IOException, InterruptedException {
        for (int from = 0; from < seconds; from += SLICE_SECONDS) {
            int slice = Math.min(SLICE_SECONDS, seconds - from);
            double rate =
                    SessionRows.rate(SessionRows.run(bench, server, Accounts.SMALL, 8, slice));
            String row =
                    "sessions/s, 8 clients, seconds %d to %d after the start"
                            .formatted(from, from + slice);
            bench.results().add(new Sample(row, server.name(), 0, rate));
        }
    }

    // What the compilers have used is given back some seconds after they are done.
    private static void rest(Bench bench, Row row, Server server)
            throws IOException, InterruptedException {
        Bench.awaitQuiet(server);
        Thread.sleep(REST_MILLIS);
        bench.results().add(row, server, 0, server.group().residentKibOfLargest() * KIB_IN_KB / MB);
    }
}

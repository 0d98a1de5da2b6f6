package org.postern.benchmarks.suite;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postern.benchmarks.corpus.Corpus;

/**
 * What sessions that do nothing cost: by how much all processes of a server grow, what is shared
 * counted once, above what they held before the first of them.
 */
final class MemoryRows {
    private static final int SETTLE_MILLIS = 1500;
    private static final List<Integer> CONNECTIONS = List.of(100, 1000, 5000, 10_000);

    /** What Postern reckons with for a session, and sets aside if that is not more than half. */
    private static final int DESCRIPTORS = 6;

    private static final int SET_ASIDE = 2048;

    /** Those that are measured beside the open ones. */
    private static final int MEASURED = 8;

    private MemoryRows() {}

    static void idle(Bench bench) throws IOException, InterruptedException {
        List<Server> servers =
                bench.beside(bench.postern().get(0), "dovecot-tuned-mbox", "popa3d", "courier");
        idle(bench, servers, Row.IDLE_OUT, "preauth");
        idle(bench, servers, Row.IDLE_IN, "auth");
    }

    static void helper(Bench bench, List<Server> servers) throws IOException, InterruptedException {
        idle(bench, servers, Row.HELPER_IDLE, "auth");
    }

    private static void idle(Bench bench, List<Server> servers, Row row, String state)
            throws IOException, InterruptedException {
        Map<Server, Long> before = new HashMap<>();
        for (Server server : servers) {
            server.mailboxes().placeAll(Accounts.IDLE, Accounts.IDLE_COUNT, Corpus.SMALL);
            Bench.awaitQuiet(server);
            before.put(server, server.group().proportionalKib());
        }
        for (int round = 0; round < bench.plan().rounds(); round++) {
            for (Server server : servers) {
                int count = Accounts.IDLE_COUNT;
                try (Driver.Idle idle = idle(bench, server, Accounts.IDLE, count, count, state)) {
                    double up = Bench.number(idle.report(), "up");
                    long more = server.group().proportionalKib() - before.get(server);
                    bench.results().add(row, server, round, more / up);
                }
                Bench.awaitQuiet(server);
            }
        }
    }

    private static Driver.Idle idle(
            Bench bench, Server server, int first, int users, int count, String state)
            throws IOException, InterruptedException {
        Driver.Idle idle =
                bench.driver()
                        .idle(
                                server,
                                "--first",
                                Integer.toString(first),
                                "--users",
                                Integer.toString(users),
                                "--count",
                                Integer.toString(count),
                                "--conc",
                                "8",
                                "--state",
                                state);
        bench.results().add(idle.report());
        Bench.complain(idle.report());
        Thread.sleep(SETTLE_MILLIS);
        return idle;
    }

    /** How rate and memory grow with the number of sessions that are open meanwhile. */
    static void growth(Bench bench) throws IOException, InterruptedException {
        Server server = bench.postern().get(0);
        server.mailboxes().placeAll(Accounts.MANY, Accounts.MANY_COUNT, Corpus.mboxOf(1));
        List<Integer> counts = connections();
        for (int round = 0; round < bench.plan().rounds(); round++) {
            for (int count : counts) {
                try (Driver.Idle idle =
                        idle(bench, server, Accounts.MANY, Accounts.MANY_COUNT, count, "auth")) {
                    String row =
                            "%,d open sessions: "
                                    .formatted((int) Bench.number(idle.report(), "up"));
                    Results results = bench.results();
                    double rate =
                            SessionRows.rate(
                                    SessionRows.run(
                                            bench,
                                            server,
                                            Accounts.SMALL,
                                            MEASURED,
                                            bench.plan().seconds()));
                    results.add(
                            new Sample(row + "sessions/s, 8 clients", server.name(), round, rate));
                    results.add(
                            new Sample(
                                    row + "memory, MiB",
                                    server.name(),
                                    round,
                                    server.group().proportionalKib() / 1024.0));
                }
                Bench.awaitQuiet(server);
            }
        }
    }

    // Servers inherit the limit of this process. One that has reached it lets clients wait.
    private static List<Integer> connections() {
        UnixOperatingSystemMXBean system =
                (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long limit = system.getMaxFileDescriptorCount();
        long most = (limit - Math.min(SET_ASIDE, limit / 2)) / DESCRIPTORS - MEASURED;
        return CONNECTIONS.stream().map(count -> (int) Math.min(count, most)).distinct().toList();
    }
}

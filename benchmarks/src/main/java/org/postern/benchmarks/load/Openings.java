package org.postern.benchmarks.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a mailbox takes to open: one session after the other, with PASS, STAT, UIDL, LIST twice
 * and QUIT, each measured from its sending to the end of its answer. Servers open the mailbox at
 * PASS or at STAT, so only the sum of these can be compared. A report for each session.
 */
final class Openings {
    /** RFC 1939, section 7. */
    private static final int LONGEST_UNIQUE_ID = 70;

    private Openings() {}

    static List<Report> run(Options options) throws InterruptedException {
        List<Report> reports = new ArrayList<>();
        Clients clients = new Clients(options);
        clients.run(
                List.of(
                        (Clients.Client)
                                (connection, number) ->
                                        reports.add(
                                                session(options, connection).put("run", number))));
        if (reports.isEmpty()) {
            reports.add(Load.report("open", options));
        }
        reports.forEach(clients::finish);
        return reports;
    }

    private static Report session(Options options, Connection connection) throws IOException {
        long pass = connection.login(options.first());
        long begin = System.nanoTime();
        Stat stat = connection.stat();
        long statted = System.nanoTime();
        long uniqueIds = uniqueIds(connection);
        long uidl = System.nanoTime();
        Sizes.list(connection);
        long listed = System.nanoTime();
        Sizes sizes = Sizes.list(connection);
        long listedAgain = System.nanoTime();
        connection.quit();
        long quit = System.nanoTime();
        connection.drain();
        return Load.report("open", options)
                .put("msgs", stat.messages())
                .put("octets", stat.octets())
                .put("list_sum_equals_stat", Boolean.toString(sizes.sum() == stat.octets()))
                .put("pass_ms", pass / 1e6)
                .put("stat_ms", (statted - begin) / 1e6)
                .put("uidl_ms", (uidl - statted) / 1e6)
                .put("list_ms", (listed - uidl) / 1e6)
                .put("list2_ms", (listedAgain - listed) / 1e6)
                .put("quit_ms", (quit - listedAgain) / 1e6)
                .put("pass_stat_uidl_ms", (pass + uidl - begin) / 1e6)
                .put("uidl_n", uniqueIds);
    }

    private static long uniqueIds(Connection connection) throws IOException {
        connection.command("UIDL");
        long count = 0;
        while (connection.nextListed()) {
            if (connection.lineLength() - connection.afterSpace(0) > LONGEST_UNIQUE_ID) {
                throw new IOException("UIDL: a unique-id is too long");
            }
            count++;
        }
        return count;
    }
}

package org.postern.benchmarks.suite;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.postern.benchmarks.corpus.Corpus;
import org.postern.benchmarks.load.Report;

/**
 * Large mailboxes: opened for the first time, which is a new copy of them that the server has no
 * index of but the system in its memory, and opened again. A first round is not counted.
 */
final class OpeningRows {
    private static final List<Integer> SIZES = List.of(1000, 10_000, 100_000, 1_000_000);

    private OpeningRows() {}

    /** The mailboxes that are opened. */
    static List<Corpus> corpora() {
        return Stream.concat(
                        Stream.of(Corpus.BIG_MBOX, Corpus.BIG_MAILDIR),
                        SIZES.stream().map(Corpus::mboxOf))
                .toList();
    }

    static void mbox(Bench bench) throws IOException, InterruptedException {
        List<Server> servers = bench.beside(bench.postern().get(0), "dovecot-tuned-mbox", "popa3d");
        rounds(bench, servers, Corpus.BIG_MBOX, Row.OPEN_FIRST, Row.OPEN_AGAIN);
    }

    static void maildir(Bench bench) throws IOException, InterruptedException {
        List<Server> servers =
                bench.beside(bench.postern().get(1), "dovecot-tuned-maildir", "courier");
        rounds(bench, servers, Corpus.BIG_MAILDIR, Row.MAILDIR_FIRST, Row.MAILDIR_AGAIN);
    }

    private static void rounds(
            Bench bench, List<Server> servers, Corpus corpus, Row first, Row again)
            throws IOException, InterruptedException {
        for (int round = -1; round < bench.plan().rounds(); round++) {
            for (Server server : servers) {
                double cold = bench.undisturbed(() -> openNew(bench, server, corpus));
                double warm = bench.undisturbed(() -> open(bench, server, Accounts.BIG, 2));
                if (round >= 0) {
                    bench.results().add(first, server, round, cold);
                    bench.results().add(again, server, round, warm);
                }
            }
        }
        for (Server server : servers) {
            server.mailboxes().remove(Accounts.BIG);
        }
    }

    private static double openNew(Bench bench, Server server, Corpus corpus)
            throws IOException, InterruptedException {
        server.mailboxes().place(Accounts.BIG, corpus, 1);
        server.forget();
        bench.settle();
        return open(bench, server, Accounts.BIG, 1);
    }

    /** PASS, STAT and UIDL of the last of some sessions, in milliseconds. */
    static double open(Bench bench, Server server, int account, int sessions)
            throws IOException, InterruptedException {
        Report report =
                bench.load(
                        server,
                        "open",
                        "--first",
                        Integer.toString(account),
                        "--count",
                        Integer.toString(sessions),
                        "--timeout",
                        "200");
        return Bench.number(report, "pass_stat_uidl_ms");
    }

    /** How the time grows with the number of messages. */
    static void growth(Bench bench) throws IOException, InterruptedException {
        List<Server> servers = bench.beside(bench.postern().get(0), "dovecot-tuned-mbox", "popa3d");
        for (int size : SIZES) {
            for (int round = 0; round < bench.plan().rounds(); round++) {
                for (Server server : servers) {
                    server.mailboxes().place(Accounts.GROWING, Corpus.mboxOf(size), 1);
                    server.forget();
                    bench.settle();
                    double cold = open(bench, server, Accounts.GROWING, 1);
                    double warm = open(bench, server, Accounts.GROWING, 2);
                    String row = "open an mbox of %,d messages of 1 KiB, ms: ".formatted(size);
                    bench.results().add(new Sample(row + "never seen", server.name(), round, cold));
                    bench.results().add(new Sample(row + "again", server.name(), round, warm));
                }
            }
        }
        for (Server server : servers) {
            server.mailboxes().remove(Accounts.GROWING);
        }
    }
}

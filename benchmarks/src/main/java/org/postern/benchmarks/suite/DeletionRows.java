package org.postern.benchmarks.suite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.postern.benchmarks.corpus.Corpus;
import org.postern.benchmarks.load.Report;

/**
 * From QUIT to its +OK, after every other of 100,000 messages was deleted from a new copy that was
 * opened once before.
 */
final class DeletionRows {
    private static final int PIECE = 1 << 20;

    private DeletionRows() {}

    static void run(Bench bench) throws IOException, InterruptedException {
        Postern.View postern = bench.postern().get(0);
        List<Server> others = bench.others("popa3d", "dovecot-tuned-mbox");
        for (int round = 0; round < bench.plan().rounds(); round++) {
            postern.durability("process");
            bench.results().add(Row.QUIT_PROCESS, postern, round, measure(bench, postern));
            postern.durability("power");
            bench.results().add(Row.QUIT_POWER, postern, round, measure(bench, postern));
            write(bench, round);
            for (Server server : others) {
                bench.results().add(Row.QUIT_PROCESS, server, round, measure(bench, server));
            }
        }
    }

    private static double measure(Bench bench, Server server)
            throws IOException, InterruptedException {
        return bench.undisturbed(() -> quit(bench, server));
    }

    private static double quit(Bench bench, Server server)
            throws IOException, InterruptedException {
        server.mailboxes().place(Accounts.BIG, Corpus.BIG_MBOX, 1);
        server.forget();
        bench.settle();
        OpeningRows.open(bench, server, Accounts.BIG, 1);
        bench.settle();
        Report report =
                bench.load(
                        server,
                        "dele",
                        "--first",
                        Integer.toString(Accounts.BIG),
                        "--depth",
                        "64",
                        "--step",
                        "2",
                        "--timeout",
                        "200");
        server.mailboxes().remove(Accounts.BIG);
        return Bench.number(report, "quit_ms");
    }

    /** What the machine needs to write as many octets as were moved over others, and sync them. */
    private static void write(Bench bench, int round) throws IOException {
        Path file = bench.scratch("write");
        long half = Files.size(Corpus.BIG_MBOX.mbox(bench.corpora(), 1)) / 2;
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            fill(channel, piece, half);
            channel.force(true);
            long begin = System.nanoTime();
            fill(channel.position(0), piece, half);
            channel.force(true);
            double millis = (System.nanoTime() - begin) / 1e6;
            bench.results().add(new Sample(Row.QUIT_POWER.key(), "write+fsync", round, millis));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static void fill(FileChannel channel, ByteBuffer piece, long octets)
            throws IOException {
        for (long at = 0; at < octets; at += PIECE) {
            channel.write(piece.clear());
        }
    }
}

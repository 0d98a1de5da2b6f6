package org.postern.benchmarks.load;

import java.io.IOException;
import java.util.List;

/**
 * One session that deletes every so-manieth message: the time of all DELEs, from QUIT to its +OK,
 * and from QUIT to the connection's end; then, if asked for, another session that counts what is
 * left.
 */
final class Deletion {
    private Deletion() {}

    static Report run(Options options) throws InterruptedException {
        Report report = Load.report("dele", options);
        Clients clients = new Clients(options, 1);
        clients.run(
                List.of(
                        (Clients.Client)
                                (connection, number) -> session(options, connection, report)));
        return clients.finish(report);
    }

    private static void session(Options options, Connection connection, Report report)
            throws IOException {
        long pass = connection.login(options.first());
        Stat stat = connection.stat();
        long begin = System.nanoTime();
        long deleted = delete(options, connection, stat.messages());
        long done = System.nanoTime();
        connection.quit();
        long quit = System.nanoTime();
        connection.drain();
        report.put("msgs", stat.messages())
                .put("octets", stat.octets())
                .put("deleted", deleted)
                .put("pass_ms", pass / 1e6)
                .put("dele_ms", (done - begin) / 1e6)
                .put("quit_ms", (quit - done) / 1e6)
                .put("quit_eof_ms", (System.nanoTime() - done) / 1e6);
        connection.disconnect();
        if (options.verify()) {
            verify(options, connection, stat.messages() - deleted, report);
        }
    }

    private static long delete(Options options, Connection connection, long messages)
            throws IOException {
        long deleted = 0;
        long next = 1;
        while (next <= messages) {
            int asked = 0;
            while (next <= messages && asked < options.depth() && connection.roomToAdd()) {
                connection.add("DELE " + next);
                next += options.step();
                asked++;
            }
            connection.send();
            for (int i = 0; i < asked; i++) {
                connection.ok("DELE");
            }
            deleted += asked;
        }
        return deleted;
    }

    private static void verify(Options options, Connection connection, long left, Report report)
            throws IOException {
        long begin = System.nanoTime();
        connection.open();
        connection.login(options.first());
        Stat stat = connection.stat();
        connection.quit();
        report.put("after_msgs", stat.messages())
                .put("after_octets", stat.octets())
                .put("reopen_ms", (System.nanoTime() - begin) / 1e6);
        if (stat.messages() != left) {
            throw new IOException(stat.messages() + " messages are left instead of " + left);
        }
    }
}

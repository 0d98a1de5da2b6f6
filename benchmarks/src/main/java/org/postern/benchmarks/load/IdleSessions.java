package org.postern.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sessions that are opened, logged in if asked for, and then say nothing. The report is of how they
 * came up; they stand until this is closed.
 */
public final class IdleSessions implements AutoCloseable {
    /** For a greeting and a few answers. */
    private static final int BUFFER = 4 << 10;

    private final List<Connection> open = new ArrayList<>();
    private final Patience patience;
    private final Report report;

    private IdleSessions(Options options) throws InterruptedException {
        patience = new Patience(options.timeout());
        Clients clients = new Clients(options);
        clients.run(
                Stream.generate(() -> (Clients.Client) new Opener(options))
                        .limit(options.clients())
                        .toList());
        report =
                clients.finish(
                        Load.report("idle", options)
                                .put("state", options.login() ? "auth" : "preauth")
                                .put("up", open.size())
                                .put("wanted", options.count())
                                .put("secs", clients.seconds()));
    }

    /** Opens them, as many as the options' count. */
    public static IdleSessions open(Options options) throws InterruptedException {
        return new IdleSessions(options);
    }

    public Report report() {
        return report;
    }

    /** Says QUIT in each; returns how many still answered. */
    public int quit() {
        int alive = 0;
        for (Connection connection : open) {
            try {
                connection.quit();
                alive++;
            } catch (IOException e) {
                // Not alive.
            }
            connection.close();
        }
        open.clear();
        return alive;
    }

    @Override
    public void close() {
        quit();
        patience.close();
    }

    private final class Opener implements Clients.Client {
        private final Options options;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

        Opener(Options options) {
            this.options = options;
        }

        @Override
        public boolean opensItself() {
            return true;
        }

        @Override
        public void session(Connection unused, long number) throws IOException {
            Connection connection = new Connection(options, patience, buffer);
            try {
                connection.open();
                if (options.login()) {
                    connection.login(options.account(number));
                } else {
                    connection.ok("greeting");
                }
            } catch (IOException e) {
                connection.close();
                throw e;
            }
            synchronized (open) {
                open.add(connection);
            }
        }
    }
}

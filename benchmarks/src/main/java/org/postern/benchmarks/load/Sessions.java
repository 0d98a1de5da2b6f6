package org.postern.benchmarks.load;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Short sessions: connect, USER, PASS, STAT, QUIT, read to the end, and then the next. A session's
 * time is from before connect to the +OK of QUIT, a login's to that of PASS; the rate is of whole
 * sessions, their ends included.
 */
final class Sessions {
    private Sessions() {}

    static Report run(Options options) throws InterruptedException {
        Clients clients = new Clients(options);
        List<Client> all =
                Stream.generate(() -> new Client(options)).limit(options.clients()).toList();
        clients.run(all);
        Latencies whole = Latencies.all(all.stream().map(client -> client.whole).toList());
        Latencies logins = Latencies.all(all.stream().map(client -> client.logins).toList());
        Report report =
                Load.report("session", options)
                        .put("conc", options.clients())
                        .put("sessions", whole.count())
                        .put("secs", clients.seconds())
                        .put("sessions_per_s", whole.count() / clients.seconds());
        whole.report(report, "");
        logins.report(report, "login_");
        return clients.finish(report);
    }

    private static final class Client implements Clients.Client {
        private final Latencies whole = new Latencies();
        private final Latencies logins = new Latencies();
        private final Options options;
        private long begin = System.nanoTime();

        Client(Options options) {
            this.options = options;
        }

        @Override
        public void opening() {
            begin = System.nanoTime();
        }

        @Override
        public void session(Connection connection, long number) throws IOException {
            connection.login(options.account(number));
            long in = System.nanoTime();
            connection.stat();
            connection.quit();
            whole.add(System.nanoTime() - begin);
            logins.add(in - begin);
            connection.drain();
        }
    }
}

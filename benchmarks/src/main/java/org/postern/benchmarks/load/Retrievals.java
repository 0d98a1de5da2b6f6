package org.postern.benchmarks.load;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whole mailboxes: login, LIST, RETR of all messages with some of the commands on their way ahead,
 * QUIT, read to the end. The rate of whole sessions counts message octets over all the time there
 * was; that of the transfer alone counts the time from the first RETR to the end of the last
 * message, by client. Each message's octets are compared with what LIST said.
 */
final class Retrievals {
    private static final double MIB = 1 << 20;

    private Retrievals() {}

    static Report run(Options options) throws InterruptedException {
        Clients clients = new Clients(options);
        List<Client> all =
                Stream.generate(() -> new Client(options)).limit(options.clients()).toList();
        clients.run(all);
        long octets = all.stream().mapToLong(client -> client.octets).sum();
        long messages = all.stream().mapToLong(client -> client.messages).sum();
        double transfer =
                all.stream().mapToLong(client -> client.transferNanos).sum()
                        / 1e9
                        / Math.min(options.clients(), options.count());
        return clients.finish(
                Load.report("retr", options)
                        .put("conc", options.clients())
                        .put("depth", options.depth())
                        .put("sessions", all.stream().mapToLong(client -> client.sessions).sum())
                        .put("secs", clients.seconds())
                        .put("msgs", messages)
                        .put("octets", octets)
                        .put("mib_per_s", octets / MIB / clients.seconds())
                        .put("msgs_per_s", messages / clients.seconds())
                        .put("xfer_only_mib_per_s", transfer > 0 ? octets / MIB / transfer : 0)
                        .put("size_mismatch", all.stream().mapToLong(client -> client.wrong).sum())
                        .put("bare_lf", all.stream().mapToLong(client -> client.bare).sum())
                        .put(
                                "dots_stuffed",
                                all.stream().mapToLong(client -> client.stuffed).sum()));
    }

    private static final class Client implements Clients.Client {
        private final Options options;
        private long sessions;
        private long octets;
        private long messages;
        private long wrong;
        private long bare;
        private long stuffed;
        private long transferNanos;

        Client(Options options) {
            this.options = options;
        }

        @Override
        public void session(Connection connection, long number) throws IOException {
            connection.login(options.account(number));
            Sizes sizes = Sizes.list(connection);
            long begin = System.nanoTime();
            try {
                transfer(connection, sizes);
            } finally {
                transferNanos += System.nanoTime() - begin;
            }
            connection.quit();
            connection.drain();
            sessions++;
        }

        private void transfer(Connection connection, Sizes sizes) throws IOException {
            int sent = 0;
            int got = 0;
            while (got < sizes.count()) {
                if (sent - got <= options.depth() / 2) {
                    while (sent < sizes.count()
                            && sent - got < options.depth()
                            && connection.roomToAdd()) {
                        connection.add("RETR " + ++sent);
                    }
                    connection.send();
                }
                connection.ok("RETR");
                Body body = connection.body();
                got++;
                octets += body.octets();
                messages++;
                bare += body.bareLineFeeds();
                stuffed += body.stuffed();
                wrong += body.octets() == sizes.of(got) ? 0 : 1;
            }
        }
    }
}

package org.postern.benchmarks.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Clients that take sessions from one count until it, or their time, is used up. What fails is
 * counted; too much of that ends the run.
 */
final class Clients {
    private static final int TOO_MANY_ERRORS = 1000;

    /** One client's work. */
    interface Client {
        /** A connection is about to be opened for the next session. */
        default void opening() {}

        /** Whether it opens connections of its own, and is given a closed one. */
        default boolean opensItself() {
            return false;
        }

        /**
         * One whole session.
         *
         * @param number of the session, from 0 on
         */
        void session(Connection connection, long number) throws IOException;
    }

    private final Options options;
    private final long count;
    private final AtomicLong next = new AtomicLong();
    private final AtomicInteger errors = new AtomicInteger();
    private final AtomicReference<String> firstError = new AtomicReference<>("");
    private long nanos;

    Clients(Options options) {
        this(options, options.count());
    }

    /**
     * @param count of sessions at most, whatever the options say
     */
    Clients(Options options, long count) {
        this.options = options;
        this.count = count;
    }

    /** Returns when all are done. Each of these is one client, in a thread of its own. */
    void run(List<? extends Client> clients) throws InterruptedException {
        try (Patience patience = new Patience(options.timeout())) {
            long begin = System.nanoTime();
            long end =
                    options.seconds() > 0
                            ? begin + (long) (options.seconds() * 1e9)
                            : Long.MAX_VALUE;
            List<Thread> threads = new ArrayList<>();
            for (Client client : clients) {
                Thread thread = new Thread(() -> work(client, patience, end), "client");
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join();
            }
            nanos = System.nanoTime() - begin;
        }
    }

    private void work(Client client, Patience patience, long end) {
        try (Connection connection = new Connection(options, patience)) {
            long number = next.getAndIncrement();
            while (number < count && System.nanoTime() < end && errors.get() <= TOO_MANY_ERRORS) {
                try {
                    client.opening();
                    if (!client.opensItself()) {
                        connection.open();
                    }
                    client.session(connection, number);
                } catch (IOException e) {
                    failed(e);
                }
                connection.disconnect();
                number = next.getAndIncrement();
            }
        }
    }

    void failed(IOException e) {
        errors.incrementAndGet();
        firstError.compareAndSet("", String.valueOf(e.getMessage()));
    }

    double seconds() {
        return nanos / 1e9;
    }

    /** Adds what every report ends with. */
    Report finish(Report report) {
        return report.put("errors", errors.get()).put("first_error", firstError.get());
    }
}

package org.postern.benchmarks.load;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Closes connections that have waited too long for one answer. The channels block, because that is
 * the cheapest way to wait, and a blocking channel has no timeout of its own.
 */
final class Patience implements AutoCloseable {
    private static final int EVERY_MILLIS = 250;

    private final Set<Connection> watched = ConcurrentHashMap.newKeySet();
    private final long nanos;
    private final Thread thread = new Thread(this::run, "patience");

    Patience(int seconds) {
        nanos = seconds * 1_000_000_000L;
        thread.setDaemon(true);
        thread.start();
    }

    void watch(Connection connection) {
        watched.add(connection);
    }

    void forget(Connection connection) {
        watched.remove(connection);
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(EVERY_MILLIS);
                long now = System.nanoTime();
                watched.forEach(connection -> connection.giveUpIfWaiting(now, nanos));
            }
        } catch (InterruptedException closed) {
            // It is over.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}

package org.postern.listener.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.postern.api.protocol.Protocol;

/**
 * The protocols that are there. A connection that is being made holds a lease from before it is
 * admitted until its session is open, and a protocol that goes waits for its leases, so that no
 * connection is handed to something that is no longer there.
 */
final class Protocols {
    /** The time that all parts of Postern grant calls in flight when something is swapped. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Duration patience;
    private final List<Entry> entries = new ArrayList<>();

    Protocols(Duration patience) {
        this.patience = patience;
    }

    /** The one with the highest ranking serves where two have one name. */
    synchronized void add(Protocol protocol, String name, int ranking) {
        entries.add(new Entry(protocol, name, ranking));
        entries.sort(Comparator.comparingInt((Entry entry) -> entry.ranking).reversed());
    }

    /** Gives out no more leases for it, and waits a bounded time for those that are out. */
    synchronized void remove(Protocol protocol) {
        List<Entry> gone = entries.stream().filter(e -> e.protocol == protocol).toList();
        entries.removeAll(gone);
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            for (Entry entry : gone) {
                long left = deadline - System.nanoTime();
                while (entry.leases > 0 && left > 0) {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                    left = deadline - System.nanoTime();
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized boolean has(String name) {
        return entries.stream().anyMatch(entry -> entry.name.equals(name));
    }

    /** The protocol of this name, kept from going until the lease is closed. */
    synchronized Optional<Lease> lease(String name) {
        return entries.stream()
                .filter(entry -> entry.name.equals(name))
                .findFirst()
                .map(Lease::new);
    }

    private static final class Entry {
        private final Protocol protocol;
        private final String name;
        private final int ranking;
        private int leases;

        Entry(Protocol protocol, String name, int ranking) {
            this.protocol = protocol;
            this.name = name;
            this.ranking = ranking;
        }
    }

    /** The right to call a protocol. More closes do nothing. */
    final class Lease implements AutoCloseable {
        private final Entry entry;
        private boolean closed;

        // Under the lock of Protocols, as all that counts leases.
        private Lease(Entry entry) {
            this.entry = entry;
            entry.leases++;
        }

        Protocol protocol() {
            return entry.protocol;
        }

        String name() {
            return entry.name;
        }

        @Override
        public void close() {
            synchronized (Protocols.this) {
                if (!closed) {
                    closed = true;
                    entry.leases--;
                    Protocols.this.notifyAll();
                }
            }
        }
    }
}

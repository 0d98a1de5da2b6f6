package org.postern.listener.internal;

import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A service that may come, go and be replaced at any time. One that goes waits a bounded time for
 * the calls that are in it.
 */
final class Swappable<T> {
    private final Duration patience;
    private final IdentityHashMap<T, Integer> calls = new IdentityHashMap<>();
    private Optional<T> current = Optional.empty();

    Swappable(Duration patience) {
        this.patience = patience;
    }

    /** A call of a service. */
    @FunctionalInterface
    interface Call<T, R, X extends Exception> {
        R on(T service) throws X;
    }

    /** It has come; a better one comes before the one it replaces has gone. */
    synchronized void set(T service) {
        current = Optional.of(service);
    }

    /** It goes. */
    synchronized void unset(T service) {
        if (current.isPresent() && current.get() == service) {
            current = Optional.empty();
        }
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            long left = deadline - System.nanoTime();
            while (calls.containsKey(service) && left > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                left = deadline - System.nanoTime();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the service answers, or empty where there is none. */
    <R, X extends Exception> Optional<R> call(Call<T, R, X> call) throws X {
        T service;
        synchronized (this) {
            if (current.isEmpty()) {
                return Optional.empty();
            }
            service = current.get();
            calls.merge(service, 1, Integer::sum);
        }
        try {
            return Optional.of(call.on(service));
        } finally {
            synchronized (this) {
                calls.computeIfPresent(service, (same, count) -> count == 1 ? null : count - 1);
                notifyAll();
            }
        }
    }
}

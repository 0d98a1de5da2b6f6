package org.postern.api.auth.queue;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.postern.api.net.Source;

/**
 * So many password checks run at once, and so many wait; sources, IPv4 addresses and IPv6 /64s,
 * take turns. A source that has logged in of late, one that is not known and one that has failed
 * are three kinds, which take turns too, and a share of what runs is kept from those that have
 * failed. So somebody who guesses from a thousand sources waits for himself.
 *
 * <p>Where there is no room, the newest of the longest line is dropped, of a worse kind than the
 * newcomer's first. Nothing goes by names: who waits learns nothing about them. Takes no thread; a
 * check begins on the thread that made room for it.
 */
public final class CheckQueue {
    private static final String FULL =
            "too many password checks are waiting, and this source has the most of them";

    private final Object lock = new Object();
    private final Standings standings;
    private final Lines<Waiter> lines = new Lines<>();
    private CheckBounds bounds;
    private int running;
    private int runningOfFailed;
    private boolean dispatching;

    /**
     * @param nanos a monotonic clock, as {@link System#nanoTime}
     */
    public CheckQueue(CheckBounds bounds, LongSupplier nanos) {
        this.bounds = bounds;
        this.standings = new Standings(nanos);
    }

    /** Other bounds from now on; what runs or waits beyond them is not ended. */
    public void resize(CheckBounds changed) {
        synchronized (lock) {
            bounds = changed;
        }
        dispatch();
    }

    /** Waits for a turn, which may begin, or be refused, before this returns. */
    public Place enter(InetAddress address, Check check) {
        Waiter waiter = new Waiter(Source.of(address), check);
        Optional<Waiter> displaced;
        synchronized (lock) {
            Standing standing = standings.of(waiter.source);
            // What has faded since somebody of this source began to wait.
            lines.move(waiter.source, standing);
            displaced = lines.add(waiter.source, standing, waiter, bounds);
        }
        displaced.ifPresent(left -> left.check.dropped(FULL));
        dispatch();
        return waiter;
    }

    /** What is known of a source otherwise than by a check that waited here. */
    public void note(InetAddress address, CheckResult result) {
        synchronized (lock) {
            note(Source.of(address), result);
        }
    }

    private void note(Source source, CheckResult result) {
        standings.note(source, result);
        lines.move(source, standings.of(source));
    }

    /** How many run. */
    public int running() {
        synchronized (lock) {
            return running;
        }
    }

    /** How many wait. */
    public int waiting() {
        synchronized (lock) {
            return lines.size();
        }
    }

    // One thread at a time, in a loop: a check that is over at once would otherwise begin the next
    // one from within, and so on, as deep as the queue is long.
    private void dispatch() {
        synchronized (lock) {
            if (dispatching) {
                return;
            }
            dispatching = true;
        }
        try {
            for (Optional<OneTurn> turn = next(); turn.isPresent(); turn = next()) {
                turn.get().begin();
            }
        } catch (RuntimeException | Error fault) {
            synchronized (lock) {
                dispatching = false;
            }
            throw fault;
        }
    }

    private Optional<OneTurn> next() {
        synchronized (lock) {
            Optional<Lines.Next<Waiter>> next =
                    running < bounds.running()
                            ? lines.next(runningOfFailed < bounds.running() - bounds.kept())
                            : Optional.empty();
            dispatching = next.isPresent();
            return next.map(
                    found -> {
                        boolean failed = found.standing() == Standing.FAILED;
                        running++;
                        runningOfFailed += failed ? 1 : 0;
                        return new OneTurn(found.waiter(), failed);
                    });
        }
    }

    private void over(OneTurn turn, CheckResult result) {
        synchronized (lock) {
            if (turn.over) {
                return;
            }
            turn.over = true;
            running--;
            runningOfFailed -= turn.failed ? 1 : 0;
            note(turn.waiter.source, result);
        }
        dispatch();
    }

    private final class Waiter implements Place {
        private final Source source;
        private final Check check;

        Waiter(Source source, Check check) {
            this.source = source;
            this.check = check;
        }

        @Override
        public boolean leave() {
            synchronized (lock) {
                return lines.remove(source, this);
            }
        }
    }

    private final class OneTurn implements Turn {
        private final Waiter waiter;
        private final boolean failed;
        // Guarded by the lock.
        private boolean over;

        OneTurn(Waiter waiter, boolean failed) {
            this.waiter = waiter;
            this.failed = failed;
        }

        void begin() {
            try {
                waiter.check.begin(this);
            } catch (RuntimeException | Error fault) {
                // Against the contract, or a bundle that has just left; the others still wait.
                CheckQueue.this.over(this, CheckResult.NONE);
                waiter.check.dropped("the check failed: " + fault.getClass().getName());
            }
        }

        @Override
        public void over(CheckResult result) {
            CheckQueue.this.over(this, result);
        }
    }
}

package org.postern.api.helper;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A helper client that may leave: it goes when the logins that it is at have been answered. */
final class LeasedHelper {
    private final Helper helper;
    private final Set<HelperAttempt> underWay = new HashSet<>();
    private boolean retired;

    LeasedHelper(Helper helper) {
        this.helper = helper;
    }

    Helper helper() {
        return helper;
    }

    /** Keeps the client here until the attempt is answered; false if it is leaving already. */
    boolean lease(HelperAttempt attempt) {
        synchronized (this) {
            if (retired) {
                return false;
            }
            underWay.add(attempt);
        }
        attempt.whenAnswered(() -> release(attempt));
        return true;
    }

    private synchronized void release(HelperAttempt attempt) {
        underWay.remove(attempt);
        notifyAll();
    }

    /** Takes no more, waits for those under way, and ends what is left. */
    void retire(Duration patience) {
        for (HelperAttempt left : waitForThem(patience)) {
            left.giveUp("the helper client has left");
        }
    }

    private synchronized List<HelperAttempt> waitForThem(Duration patience) {
        retired = true;
        long end = System.nanoTime() + patience.toNanos();
        long left = patience.toNanos();
        try {
            while (!underWay.isEmpty() && left > 0) {
                wait(left / 1_000_000, (int) (left % 1_000_000));
                left = end - System.nanoTime();
            }
        } catch (InterruptedException interrupted) {
            // Whoever stops the container does not want to wait.
            Thread.currentThread().interrupt();
        }
        return new ArrayList<>(underWay);
    }
}

package org.postern.limits.internal;

import java.time.Duration;

/** What is remembered of a source that failed, beside its weight. For one thread. */
final class SourceHistory {
    /** So many mail programs behind one address may have an old password at once. */
    static final int TRIES = 16;

    private final Tries tries = new Tries(TRIES);
    private final NameShares names = new NameShares();
    private boolean paced;
    private long earliest;

    Tries tries() {
        return tries;
    }

    NameShares names() {
        return names;
    }

    /**
     * Whether one more of the connections may come of which there are so many in this time: those
     * that came early are counted against those that come later.
     */
    boolean admits(int connections, Duration time, long now) {
        long each = time.toNanos() / connections;
        // A difference and not a comparison: nanoTime may wrap.
        long ahead = paced ? Math.max(0, earliest - now) : 0;
        if (ahead > time.toNanos() - each) {
            return false;
        }
        paced = true;
        earliest = now + ahead + each;
        return true;
    }
}

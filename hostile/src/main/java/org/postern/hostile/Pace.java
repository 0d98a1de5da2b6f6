package org.postern.hostile;

/** So many a second, evenly; what was missed for a while is not made up for. */
final class Pace {
    private static final long SECOND = 1_000_000_000L;

    private final long interval;
    private final long most;
    private long next = System.nanoTime();

    Pace(int perSecond) {
        interval = SECOND / perSecond;
        most = SECOND / 10;
    }

    /** Whether one more is due; then it is counted. */
    boolean due() {
        long now = System.nanoTime();
        if (now - next < 0) {
            return false;
        }
        next = Math.max(next + interval, now - most);
        return true;
    }
}

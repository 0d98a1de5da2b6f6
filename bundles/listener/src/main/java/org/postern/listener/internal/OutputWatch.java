package org.postern.listener.internal;

/**
 * Whether a client still reads. While output waits, a least number of octets must leave in each
 * window of time: a reader that takes one octet a minute is as good as none, and would hold its
 * session, its buffers and its mailbox for as long as it likes. Times in nanoseconds.
 */
final class OutputWatch {
    private final Timing timing;
    private long windowSince;
    private long windowProgress;
    private long movedAt;
    private long moved;

    OutputWatch(Timing timing) {
        this.timing = timing;
    }

    /** Output begins to wait, or the connection begins to close. */
    void begin(long now, long progress) {
        windowSince = now;
        windowProgress = progress;
        movedAt = now;
        moved = progress;
    }

    /** When to ask {@link #stalled} next. */
    long deadline(boolean closing) {
        long window = windowSince + timing.stall().toNanos();
        return closing ? Math.min(window, movedAt + timing.linger().toNanos()) : window;
    }

    /**
     * @param progress octets that have left so far
     * @param closing while closing, some octet must leave within the linger time, too
     */
    boolean stalled(long now, long progress, boolean closing) {
        if (progress > moved) {
            moved = progress;
            movedAt = now;
        }
        if (closing && now - movedAt >= timing.linger().toNanos()) {
            return true;
        }
        if (now - windowSince >= timing.stall().toNanos()) {
            if (progress - windowProgress < timing.stallOctets()) {
                return true;
            }
            windowSince = now;
            windowProgress = progress;
        }
        return false;
    }
}

package org.postern.api.auth.queue;

/**
 * How many password checks there may be.
 *
 * @param running at once; positive
 * @param waiting for their turn, of all sources; at least two, because one source may have half
 */
public record CheckBounds(int running, int waiting) {

    /**
     * @throws IllegalArgumentException if out of bounds
     */
    public CheckBounds {
        if (running <= 0 || waiting < 2) {
            throw new IllegalArgumentException("at least one runs and two wait");
        }
    }

    /**
     * Of those that run, kept for sources that have not failed of late: a quarter, as the helper
     * keeps it for names, and one where there are two or more.
     */
    int kept() {
        return running == 1 ? 0 : Math.max(1, running / 4);
    }

    /** How many of one source may wait. */
    int waitingPerSource() {
        return waiting / 2;
    }
}

package org.postern.api.auth.queue;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A password check that waits for its turn. One of its methods is called, once, unless it has left
 * before; a check whose beginning throws is told that it was dropped, too.
 */
@ConsumerType
public interface Check {
    /** Begins, without blocking; {@link Turn#over} is called whatever becomes of it. */
    void begin(Turn turn);

    /**
     * It does not get a turn: the answer is Unavailable.
     *
     * @param reason for the log
     */
    void dropped(String reason);
}

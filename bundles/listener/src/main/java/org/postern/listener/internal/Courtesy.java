package org.postern.listener.internal;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many clients are told that they are not admitted, over all listeners. Telling one takes a
 * buffer, a turn of an event loop and, for as long as it does not go, a descriptor; closing takes
 * none. So a flood is told a little and then closed in silence, and costs what it did before.
 */
final class Courtesy {
    /**
     * More than come in vain to a server that is merely busy. Each stays for {@link Timing#discard}
     * at most: these are some 150 sockets beside those under the ceiling, for which {@link
     * Descriptors} has room.
     */
    static final int A_SECOND = 50;

    private final LongSupplier clock;
    private boolean begun;
    private long second;
    private int told;

    /**
     * @param clock in nanoseconds, from any origin
     */
    Courtesy(LongSupplier clock) {
        this.clock = clock;
    }

    /** Whether one more may be told now; counts it. Any thread. */
    synchronized boolean extend() {
        long now = clock.getAsLong();
        if (!begun || now - second >= TimeUnit.SECONDS.toNanos(1)) {
            begun = true;
            second = now;
            told = 0;
        }
        if (told >= A_SECOND) {
            return false;
        }
        told++;
        return true;
    }
}

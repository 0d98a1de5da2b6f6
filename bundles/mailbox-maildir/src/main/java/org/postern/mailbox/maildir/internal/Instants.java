package org.postern.mailbox.maildir.internal;

import java.time.Instant;

/** File times. */
final class Instants {
    private Instants() {}

    /** A time in nanoseconds since the epoch. */
    static Instant of(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }
}

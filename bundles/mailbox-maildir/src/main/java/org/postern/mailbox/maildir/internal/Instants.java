package org.postern.mailbox.maildir.internal;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** File times. */
final class Instants {
    private Instants() {}

    /** What a clock shows, in nanoseconds since the epoch. */
    static long nanos(InstantSource clock) {
        return ChronoUnit.NANOS.between(Instant.EPOCH, clock.instant());
    }

    /** A time in nanoseconds since the epoch. */
    static Instant of(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }
}

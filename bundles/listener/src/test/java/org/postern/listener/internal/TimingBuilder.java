package org.postern.listener.internal;

import java.time.Duration;

/** Times of which nothing passes by itself but what a test names. */
final class TimingBuilder {
    private Duration stall = Bench.PATIENT.stall();
    private Duration linger = Bench.PATIENT.linger();
    private Duration drain = Bench.PATIENT.drain();
    private Duration hold = Bench.PATIENT.hold();

    static TimingBuilder patient() {
        return new TimingBuilder();
    }

    TimingBuilder stall(Duration time) {
        stall = time;
        return this;
    }

    TimingBuilder linger(Duration time) {
        linger = time;
        return this;
    }

    TimingBuilder drain(Duration time) {
        drain = time;
        return this;
    }

    TimingBuilder hold(Duration time) {
        hold = time;
        return this;
    }

    Timing build() {
        return new Timing(
                stall,
                Bench.PATIENT.stallOctets(),
                linger,
                Bench.PATIENT.discard(),
                drain,
                Bench.PATIENT.retry(),
                Bench.PATIENT.acceptPause(),
                hold);
    }
}

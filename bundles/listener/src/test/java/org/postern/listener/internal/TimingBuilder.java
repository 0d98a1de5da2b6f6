package org.postern.listener.internal;

import java.time.Duration;

/** Times of which nothing passes by itself but what a test names. */
final class TimingBuilder {
    private Duration stall = Bench.PATIENT.stall();
    private Duration linger = Bench.PATIENT.linger();
    private Duration drain = Bench.PATIENT.drain();
    private Duration proxyHeader = Bench.PATIENT.proxyHeader();
    private Duration discard = Bench.PATIENT.discard();
    private Duration hold = Bench.PATIENT.hold();
    private Duration lookAgain = Bench.PATIENT.lookAgain();
    private Duration startup = Bench.PATIENT.startup();

    static TimingBuilder patient() {
        return new TimingBuilder();
    }

    TimingBuilder proxyHeader(Duration time) {
        proxyHeader = time;
        return this;
    }

    TimingBuilder discard(Duration time) {
        discard = time;
        return this;
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

    TimingBuilder lookAgain(Duration time) {
        lookAgain = time;
        return this;
    }

    TimingBuilder startup(Duration time) {
        startup = time;
        return this;
    }

    Timing build() {
        return new Timing(
                stall,
                Bench.PATIENT.stallOctets(),
                linger,
                discard,
                drain,
                Bench.PATIENT.retry(),
                lookAgain,
                startup,
                Bench.PATIENT.acceptPause(),
                hold,
                proxyHeader);
    }
}

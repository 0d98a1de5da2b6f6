package org.postern.limits.internal;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.postern.api.config.LiveConfiguration;
import org.postern.api.limits.Admission;
import org.postern.api.limits.PenaltyRecords;
import org.postern.testkit.limits.ClientSessions;

/** A policy whose configuration and clocks a test turns. */
final class LimitsFixture {
    /** The clock starts where nanoTime wraps, because it may. */
    private long nanos = Long.MAX_VALUE - 1_000;

    private Instant today = Instant.parse("2025-01-01T00:00:00Z");
    private final Map<String, Object> properties = new HashMap<>();
    private final LiveConfiguration<LimitsSettings> configuration =
            new LiveConfiguration<>(
                    "org.postern.limits",
                    LimitsSettings::read,
                    problem -> {
                        throw new AssertionError(problem.toString());
                    });

    LimitsFixture() {
        configuration.update(properties);
    }

    /** Changes one key, live. */
    LimitsFixture with(String key, Object value) {
        properties.put(key, value.toString());
        configuration.update(properties);
        return this;
    }

    void pass(Duration time) {
        nanos += time.toNanos();
        today = today.plus(time);
    }

    /** The wall clock is set; the other one does not notice. */
    void set(Instant clock) {
        today = clock;
    }

    Instant today() {
        return today;
    }

    StandaloneLimits unadopted() {
        return new StandaloneLimits(
                () -> configuration.current().orElseThrow(), () -> nanos, () -> today);
    }

    StandaloneLimits policy() {
        StandaloneLimits policy = unadopted();
        policy.adopt(List.of(), PenaltyRecords.NONE);
        return policy;
    }

    /** "admitted", or why not. */
    static String admit(StandaloneLimits policy, InetAddress source) {
        return told(policy.admit(ClientSessions.LISTENER, source));
    }

    static String told(Admission admission) {
        return admission instanceof Admission.Refused refused
                ? refused.reason()
                : admission.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}

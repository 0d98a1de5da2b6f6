package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postern.api.check.Finding;
import org.postern.api.check.StartupCheck;
import org.postern.api.protocol.ListenerReport.State;
import org.postern.listener.internal.Bench.Client;

/** What a listener makes of the startup check. */
final class StartupTest {
    private static final Finding BAD =
            new Finding("/etc/postern", "is writable by everybody", "chmod go-w /etc/postern");
    private static final Finding WORSE =
            new Finding("/etc/postern/users", "can be read", "chmod 600 /etc/postern/users");

    private volatile List<Finding> findings = List.of();
    private final AtomicInteger looks = new AtomicInteger();

    private List<Finding> look() {
        looks.incrementAndGet();
        return findings;
    }

    private Bench bench(StartupMode mode, Timing timing, StartupCheck check) {
        Bench bench = new Bench(true, timing);
        StartupCheck none = List::of;
        bench.check.set(none);
        bench.check.unset(none);
        if (check != null) {
            bench.check.set(check);
        }
        bench.speak(TestSession::new);
        bench.listener.configure(on(mode));
        return bench;
    }

    private static ListenerConfiguration on(StartupMode mode) {
        ListenerConfiguration any = Bench.on(0);
        return new ListenerConfiguration(
                any.protocol(),
                any.address(),
                any.socketAddress(),
                any.tls(),
                any.plaintextLogin(),
                any.mechanisms(),
                any.backends(),
                any.idleTimeout(),
                false,
                List.of(),
                mode);
    }

    @Test
    void whatIsFoundKeepsItClosedUntilItIsMended() throws Exception {
        findings = List.of(BAD, WORSE);
        try (Bench bench = bench(StartupMode.ENFORCE, Bench.PATIENT, this::look)) {
            assertEquals(State.REFUSED, bench.listener.report().state());
            String detail = bench.listener.report().detail();
            assertTrue(detail.contains(BAD.toString()), detail);
            assertTrue(detail.contains(WORSE.toString()), detail);
            assertTrue(detail.contains("startupCheck = warn"), detail);
            Bench.await("looked again", () -> looks.get() > 3);
            assertEquals(0, bench.port(), "a port was chosen, so one was open");
            findings = List.of();
            Bench.await("open", () -> bench.listener.report().state() == State.OPEN);
            assertEquals("", bench.listener.report().detail());
            try (Client client = bench.connect()) {
                client.send("a");
                assertEquals("a", client.read(1));
            }
            // An open port stays open: whoever wants to close it has other means.
            findings = List.of(BAD);
            bench.listener.configure(on(StartupMode.ENFORCE));
            assertEquals(State.OPEN, bench.listener.report().state());
        }
    }

    @Test
    void warnOpensAllTheSame() {
        findings = List.of(BAD);
        try (Bench bench = bench(StartupMode.WARN, Bench.PATIENT, this::look)) {
            assertEquals(State.OPEN, bench.listener.report().state());
            assertEquals("", bench.listener.report().detail());
        }
    }

    @Test
    void fromEnforceToWarn() {
        findings = List.of(BAD);
        try (Bench bench = bench(StartupMode.ENFORCE, Bench.PATIENT, this::look)) {
            bench.listener.configure(on(StartupMode.WARN));
            assertEquals(State.OPEN, bench.listener.report().state());
        }
    }

    @Test
    void withoutTheCheckItStaysClosed() {
        Timing impatient = TimingBuilder.patient().startup(Duration.ZERO).build();
        for (Timing timing : List.of(Bench.PATIENT, impatient)) {
            try (Bench bench = bench(StartupMode.ENFORCE, timing, null)) {
                assertEquals(State.REFUSED, bench.listener.report().state());
                assertTrue(
                        bench.listener.report().detail().contains("org.postern.startup.check"),
                        bench.listener.report().detail());
                bench.check.set(this::look);
                bench.listener.lookAgain();
                Bench.await("open", () -> bench.listener.report().state() == State.OPEN);
            }
        }
    }

    @Test
    void withoutTheCheckWarnWaitsForAWhile() {
        try (Bench bench = bench(StartupMode.WARN, Bench.PATIENT, null)) {
            assertEquals(State.REFUSED, bench.listener.report().state());
        }
        Timing impatient = TimingBuilder.patient().startup(Duration.ZERO).build();
        try (Bench bench = bench(StartupMode.WARN, impatient, null)) {
            assertEquals(State.OPEN, bench.listener.report().state());
        }
    }

    @Test
    void aCheckThatFailsFindsSomething() {
        StartupCheck broken =
                () -> {
                    throw new IllegalStateException("by the test");
                };
        try (Bench bench = bench(StartupMode.ENFORCE, Bench.PATIENT, broken)) {
            assertEquals(State.REFUSED, bench.listener.report().state());
            assertTrue(
                    bench.listener.report().detail().contains("IllegalStateException"),
                    bench.listener.report().detail());
        }
    }
}

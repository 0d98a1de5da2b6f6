package org.postern.access.internal.sasl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.access.internal.Services;
import org.postern.api.auth.Mechanism;
import org.postern.api.check.Finding;
import org.postern.api.protocol.ListenerReport;
import org.postern.api.protocol.ListenerSettings;
import org.postern.api.protocol.MailListener;
import org.postern.api.sasl.SaslMechanism;
import org.postern.testkit.auth.ManualTime;

class ListedMechanismsTest {
    private final ManualTime time = new ManualTime();
    private final FakeAuthentication backends = new FakeAuthentication();
    private final List<String> told = new ArrayList<>();
    private final ListedMechanisms listed =
            new ListedMechanisms(backends, time, finding -> told.add(finding.toString()));
    private final SaslMechanism mechanism = new FakeMechanism();

    /** A listener's file, as it is now. */
    private static final class File implements MailListener {
        private Optional<ListenerSettings> settings = Optional.empty();

        File says(List<String> mechanisms, String... backends) {
            settings =
                    Optional.of(
                            new ListenerSettings(
                                    "test", mechanisms, List.of(backends), Duration.ofMinutes(10)));
            return this;
        }

        @Override
        public ListenerReport report() {
            throw new AssertionError("nobody asks");
        }

        @Override
        public Optional<ListenerSettings> settings() {
            return settings;
        }
    }

    private final File file = new File();

    @BeforeEach
    void install() {
        listed.addListener(file);
        listed.addMechanism(mechanism, properties("PLAIN"));
    }

    private static Map<String, Object> properties(String name) {
        return Services.properties(SaslMechanism.NAME, name, name.hashCode(), 0);
    }

    private void looks(int number) {
        for (int i = 0; i < number; i++) {
            time.advance(ListedMechanisms.EVERY);
        }
    }

    private List<String> taken() {
        List<String> lines = List.copyOf(told);
        told.clear();
        return lines;
    }

    @Test
    void whatNobodyProvidesIsSaidOnce() {
        file.says(List.of("X-UNKNOWN", "OAUTHBEARER", "PLAIN"));
        looks(1);
        assertEquals(List.of(), taken());
        looks(1);
        assertEquals(
                List.of(
                        "org.postern.listener~test.cfg lists X-UNKNOWN, which no started bundle"
                                + " provides: not offered; to mend it: start the bundle that has"
                                + " it, or take it out of `mechanisms`",
                        "org.postern.listener~test.cfg lists OAUTHBEARER, which no started bundle"
                                + " provides: not offered; to mend it: feature:install"
                                + " postern-sasl-oauth, or take it out of `mechanisms`"),
                taken());
        looks(10);
        assertEquals(List.of(), taken());
        assertEquals(2, listed.warnings().size());
    }

    @Test
    void whatIsMendedIsForgottenAndSaidAgainIfItComesBack() {
        file.says(List.of("X-UNKNOWN"));
        looks(2);
        assertEquals(1, taken().size());
        listed.addMechanism(mechanism, properties("X-UNKNOWN"));
        looks(1);
        assertEquals(List.of(), listed.warnings());
        listed.removeMechanism(mechanism, properties("X-UNKNOWN"));
        looks(2);
        assertEquals(1, taken().size());
        file.says(List.of());
        looks(1);
        assertEquals(List.of(), listed.warnings());
    }

    @Test
    void aBundleThatIsBeingUpdatedIsNoMistake() {
        file.says(List.of("PLAIN"));
        looks(1);
        listed.removeMechanism(mechanism, properties("PLAIN"));
        looks(1);
        listed.addMechanism(mechanism, properties("PLAIN"));
        looks(2);
        assertEquals(List.of(), taken());
    }

    @Test
    void theBackendThatDoesNotServeIsNamed() {
        listed.addMechanism(mechanism, properties("SCRAM-SHA-256"));
        backends.only = Map.of("virtual", Set.of(Mechanism.PLAIN, Mechanism.SCRAM_SHA_256));
        file.says(List.of("SCRAM-SHA-256", "PLAIN"), "virtual", "shadow");
        looks(2);
        assertEquals(
                List.of(
                        "org.postern.listener~test.cfg lists SCRAM-SHA-256, which these of its"
                                + " backends do not serve: shadow: not offered; to mend it: give"
                                + " the listener `backends` that all serve it, or take it out of"
                                + " `mechanisms`"),
                taken());
        file.says(List.of("SCRAM-SHA-256", "PLAIN"), "virtual");
        looks(2);
        assertEquals(List.of(), taken());
        assertEquals(List.of(), listed.warnings());
    }

    @Test
    void theChainsBackendsCountWhereTheListenerHasNone() {
        listed.addMechanism(mechanism, properties("SCRAM-SHA-256"));
        backends.order = List.of("pam");
        file.says(List.of("SCRAM-SHA-256"));
        looks(2);
        assertTrue(taken().get(0).contains("do not serve: pam:"));
    }

    @Test
    void whatCannotBeAskedIsLeftAlone() {
        listed.addListener(
                () -> {
                    throw new AssertionError("nobody asks");
                });
        MailListener leaving =
                new MailListener() {
                    @Override
                    public ListenerReport report() {
                        throw new AssertionError("nobody asks");
                    }

                    @Override
                    public Optional<ListenerSettings> settings() {
                        throw new IllegalStateException("the bundle has left");
                    }
                };
        listed.addListener(leaving);
        file.says(List.of("X-UNKNOWN"));
        looks(2);
        listed.removeListener(leaving);
        looks(2);
        List<Finding> found = listed.warnings();
        assertEquals(1, found.size());
        assertEquals(1, taken().size());
        listed.deactivate();
        assertEquals(0, time.waiting());
    }
}

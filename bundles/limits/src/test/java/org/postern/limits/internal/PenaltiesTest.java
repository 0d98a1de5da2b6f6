package org.postern.limits.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.limits.internal.LimitsFixture.admit;
import static org.postern.limits.internal.LimitsFixture.told;
import static org.postern.testkit.limits.ClientSessions.LISTENER;
import static org.postern.testkit.limits.ClientSessions.account;
import static org.postern.testkit.limits.ClientSessions.address;
import static org.postern.testkit.limits.ClientSessions.ipv4;
import static org.postern.testkit.limits.ClientSessions.ipv6;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.UserName;
import org.postern.api.limits.LimitsReport;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.limits.LoginReaction;
import org.postern.api.net.Source;
import org.postern.api.session.SessionInfo;
import org.postern.testkit.limits.ClientSessions;

/** What failed logins cost, through the policy. */
final class PenaltiesTest {
    private static final InetAddress HERE = address("198.51.100.7");
    private static final InetAddress ELSEWHERE = address("203.0.113.9");
    private static final String ADMITTED = "admitted";
    private static final String REFUSED = "penalty: too many failed logins";
    private static final String FEW = "penalty: few connections after many failed logins";

    /** Doubles each time, so that the tests' numbers are round: the fifth reaches the ceiling. */
    private final LimitsFixture fixture =
            new LimitsFixture()
                    .with("penaltyBase", 1_000)
                    .with("penaltyFactor", "2")
                    .with("penaltyCeiling", 16)
                    .with("penaltyHalfLife", 100)
                    .with("maxLoginFailures", 1_000);

    private final StandaloneLimits policy = fixture.policy();
    private final ClientSessions sessions = new ClientSessions();
    private long passwords;

    private LoginReaction fail(InetAddress source, String name, long password) {
        return fail(open(source), name, OptionalLong.of(password));
    }

    private LoginReaction fail(SessionInfo session, String name, OptionalLong password) {
        LoginAttempt attempt =
                new LoginAttempt(Mechanism.PASSWORD, Optional.of(UserName.of(name)), password);
        LoginReaction reaction = policy.loginFailed(session, attempt);
        policy.closed(session.id());
        return reaction;
    }

    /** With a password that nobody tried before. */
    private double fail(InetAddress source, String name) {
        return seconds(fail(source, name, ++passwords));
    }

    /** Without being let in first: connections that were made before, say. */
    private SessionInfo open(InetAddress source) {
        SessionInfo session = sessions.from(source);
        policy.connected(session);
        return session;
    }

    private static double seconds(LoginReaction reaction) {
        return Math.round(reaction.delay().toMillis() / 10.0) / 100.0;
    }

    private void guess(InetAddress source, int times) {
        for (int i = 0; i < times; i++) {
            fail(source, "guess" + passwords);
        }
    }

    @Test
    void thePenaltyGrowsByItsFactorUpToItsCeiling() {
        for (double wanted : new double[] {1, 2, 4, 8, 16, 16, 16}) {
            assertEquals(wanted, fail(HERE, "guess" + passwords));
        }
        assertEquals(1, fail(ELSEWHERE, "anna"), "nobody else's");
    }

    @Test
    void thePenaltyFadesByHalfInItsHalfLife() {
        guess(HERE, 4);
        fixture.pass(Duration.ofSeconds(100));
        // Two of four are left, and there is one more.
        assertEquals(4, fail(HERE, "guess"));
        fixture.pass(Duration.ofHours(1));
        assertEquals(1, fail(HERE, "another guess"));
    }

    @Test
    void aRepeatedPasswordCountsOnce() {
        for (int i = 0; i < 1_000; i++) {
            assertEquals(1, seconds(fail(HERE, "anna", 7)));
        }
        assertEquals(2, seconds(fail(HERE, "anna", 8)));
        assertEquals(2, seconds(fail(HERE, "anna", 7)));
        fixture.pass(Duration.ofSeconds(50));
        fail(HERE, "anna", 7);
        fixture.pass(Duration.ofSeconds(50));
        assertEquals(1, seconds(fail(HERE, "anna", 7)), "repeating it keeps nothing alive");
    }

    @Test
    void whatCannotBeComparedCountsEachTime() {
        assertEquals(1, seconds(fail(open(HERE), "anna", OptionalLong.empty())));
        assertEquals(2, seconds(fail(open(HERE), "anna", OptionalLong.empty())));
    }

    @Test
    void oneNameAloneGetsItsSourceRefusedNever() {
        for (int i = 0; i < 10_000; i++) {
            fail(HERE, "anna");
        }
        // Three quarters of five, of which a half is guessing.
        assertEquals(ADMITTED, admit(policy, HERE));
        policy.abandoned(LISTENER, HERE);
        assertEquals(13.45, fail(HERE, "bert"), "bert's first: 2 to the 3.75");
        assertEquals(16, fail(ELSEWHERE, "anna"), "the name is guessed at, from anywhere");
    }

    @Test
    void fromHalfOfTheCeilingASourceGetsFewConnections() {
        fixture.with("maxSessionsPenalised", 2);
        guess(HERE, 2);
        for (int i = 0; i < 10; i++) {
            assertEquals(ADMITTED, admit(policy, HERE));
        }
        for (int i = 0; i < 10; i++) {
            policy.abandoned(LISTENER, HERE);
        }
        guess(HERE, 1);
        assertEquals(ADMITTED, admit(policy, HERE));
        assertEquals(ADMITTED, admit(policy, HERE));
        assertEquals(FEW, admit(policy, HERE));
        assertEquals(ADMITTED, admit(policy, ELSEWHERE));
    }

    @Test
    void whoHangsUpWithoutHisAnswerGetsNoMoreConnectionsForIt() {
        fixture.with("maxSessionsPenalised", 4);
        guess(HERE, 3);
        int admitted = 0;
        for (int millis = 0; millis < 16_000; millis += 10) {
            if (admit(policy, HERE).equals(ADMITTED)) {
                admitted++;
                policy.abandoned(LISTENER, HERE);
            }
            fixture.pass(Duration.ofMillis(10));
        }
        // Four at once, then four in each four seconds, or a little less: the penalty fades.
        assertTrue(admitted >= 4 + 15 && admitted <= 4 + 20, admitted + " connections");
    }

    @Test
    void thoseWhoAreInCountNotAmongTheFew() {
        fixture.with("maxSessionsPenalised", 1);
        SessionInfo session = open(HERE);
        policy.loggedIn(session.withAccount(account("anna")));
        guess(HERE, 3);
        assertEquals(ADMITTED, admit(policy, HERE));
        assertEquals(FEW, admit(policy, HERE));
    }

    @Test
    void beyondTheCeilingASourceIsRefusedUntilItHasFaded() {
        guess(HERE, 5);
        assertNotEquals(REFUSED, admit(policy, HERE));
        SessionInfo last = open(HERE);
        assertTrue(fail(last, "one more", OptionalLong.of(-1)).close(), "nothing more is heard");
        assertEquals(REFUSED, admit(policy, HERE));
        assertEquals(ADMITTED, admit(policy, ELSEWHERE));
        // Six fade to five in a quarter of a half-life: log2(6/5).
        fixture.pass(Duration.ofMillis(26_300));
        assertEquals(REFUSED, admit(policy, HERE));
        fixture.pass(Duration.ofMillis(20));
        assertEquals(ADMITTED, admit(policy, HERE));
    }

    @Test
    void howeverMuchIsGuessedItIsOverAfterAHalfLife() {
        guess(HERE, 10_000);
        fixture.pass(Duration.ofMillis(99_990));
        assertEquals(REFUSED, admit(policy, HERE));
        fixture.pass(Duration.ofMillis(20));
        assertEquals(ADMITTED, admit(policy, HERE));
    }

    @Test
    void guessingLocksNobodyOut() {
        for (int i = 0; i < 1_000; i++) {
            fail(ipv4(i), "anna");
            fail(HERE, "anna");
            fail(HERE, "guess" + i);
        }
        assertEquals(REFUSED, admit(policy, HERE));
        assertEquals(ADMITTED, admit(policy, ELSEWHERE));
        SessionInfo elsewhere = open(ELSEWHERE);
        assertEquals(ADMITTED, told(policy.loggedIn(elsewhere.withAccount(account("anna")))));
        SessionInfo early = open(HERE);
        assertEquals(ADMITTED, told(policy.loggedIn(early.withAccount(account("anna")))));
        fixture.pass(Duration.ofSeconds(101));
        assertEquals(ADMITTED, admit(policy, HERE));
        SessionInfo late = open(HERE);
        assertEquals(ADMITTED, told(policy.loggedIn(late.withAccount(account("anna")))));
    }

    @Test
    void loggingInTakesBackWhatThatNameAddedThere() {
        fail(HERE, "anna");
        fail(HERE, "anna");
        fail(HERE, "bert");
        assertEquals(4, fail(ELSEWHERE, "anna"));
        policy.loggedIn(open(HERE).withAccount(account("anna")));
        assertEquals(2, fail(HERE, "bert"), "bert's two");
        // What was guessed at anna from elsewhere stays.
        assertEquals(2, fail(ipv4(1), "anna"));
    }

    @Test
    void loggingInAsSomebodyElseTakesNothingBack() {
        for (int i = 0; i < 20; i++) {
            guess(HERE, 1);
            policy.loggedIn(open(HERE).withAccount(account("mallory")));
        }
        assertEquals(REFUSED, admit(policy, HERE));
    }

    @Test
    void exemptNetworksHaveNoPenalties() {
        fixture.with("exempt", "198.51.100.0/24");
        guess(HERE, 100);
        assertEquals(0, fail(HERE, "anna"));
        assertEquals(ADMITTED, admit(policy, HERE));
        assertEquals(1, fail(ELSEWHERE, "anna"), "nothing is held against the name");
        assertEquals(
                0,
                policy.report().penalised().stream()
                        .filter(s -> s.source().equals("198.51.100.7"))
                        .count());
    }

    @Test
    void withoutABaseThereAreNone() {
        fixture.with("penaltyBase", 0);
        guess(HERE, 1_000);
        assertEquals(0, fail(HERE, "anna"));
        assertEquals(ADMITTED, admit(policy, HERE));
    }

    @Test
    void aNetworkOfTheConfiguredSizeIsOneSource() {
        fixture.with("sourcePrefix4", 24).with("sourcePrefix6", 48);
        for (int i = 0; i < 20; i++) {
            fail(address("198.51.100." + i), "guess" + i);
            fail(address("2001:db8:1:" + i + "::1"), "guess" + i);
        }
        assertEquals(REFUSED, admit(policy, address("198.51.100.255")));
        assertEquals(ADMITTED, admit(policy, address("198.51.101.1")));
        assertEquals(REFUSED, admit(policy, address("2001:db8:1:ffff::")));
        assertEquals(ADMITTED, admit(policy, address("2001:db8:2::")));
        List<String> shown =
                policy.report().penalised().stream().map(LimitsReport.Penalised::source).toList();
        assertEquals(List.of("198.51.100.0/24", "2001:db8:1:0:0:0:0:0/48"), shown);
    }

    @Test
    void penaltiesAreHandedOverAndGoOnFading() {
        guess(HERE, 6);
        fail(ELSEWHERE, "anna");
        fail(ELSEWHERE, "anna");
        StandaloneLimits successor = fixture.unadopted();
        successor.adopt(List.of(), policy.penalties());
        assertEquals(REFUSED, admit(successor, HERE));
        assertEquals(ADMITTED, admit(successor, ELSEWHERE));
        SessionInfo stranger = sessions.from(ipv4(1));
        successor.connected(stranger);
        LoginAttempt third =
                new LoginAttempt(
                        Mechanism.PASSWORD, Optional.of(UserName.of("anna")), OptionalLong.of(9));
        assertEquals(4, seconds(successor.loginFailed(stranger, third)), "the name's third");
        fixture.pass(Duration.ofSeconds(101));
        assertEquals(ADMITTED, admit(successor, HERE));
    }

    @Test
    void anOperatorMayForgive() {
        guess(HERE, 6);
        assertEquals(REFUSED, admit(policy, HERE));
        assertTrue(policy.forgive(HERE));
        assertEquals(ADMITTED, admit(policy, HERE));
        assertFalse(policy.forgive(HERE));
        assertFalse(policy.forgive(ELSEWHERE));
    }

    @Test
    void theReportShowsSourcesAndNoNames() {
        guess(HERE, 6);
        guess(ELSEWHERE, 3);
        fail(ipv6(1), "hunter2");
        LimitsReport report = policy.report();
        assertEquals(
                List.of(
                        "198.51.100.7 refused",
                        "203.0.113.9 limited",
                        "2001:db8:0:1:0:0:0:0/64 noted"),
                report.penalised().stream().map(s -> s.source() + " " + s.state()).toList());
        assertFalse(report.toString().contains("hunter2"));
        assertTrue(
                report.figures()
                        .contains(new LimitsReport.Figure("sources with a penalty", "3", "16384")));
        // 3 sources and 10 names.
        assertTrue(
                report.figures()
                        .contains(
                                new LimitsReport.Figure(
                                        "memory of these tables, KiB", "4", "16384")),
                report::toString);
        assertEquals("maxLogLines", report.figures().get(report.figures().size() - 1).name());
    }

    @Test
    void madeUpSourcesAndNamesFlushNoPenalty() {
        guess(HERE, 6);
        for (int i = 0; i < 4; i++) {
            fail(ELSEWHERE, "anna");
        }
        // Far more than there is room for; LimitsPolicyStressContract does it with a million.
        for (int i = 0; i < 40_000; i++) {
            fail(i % 2 == 0 ? ipv6(i) : ipv4(i), "made up " + i);
        }
        assertEquals(REFUSED, admit(policy, HERE));
        assertEquals(16, fail(ipv4(5), "anna"));
        assertTrue(policy.penalties().octets().length < 1 << 20);
    }

    @Test
    void fullTablesWithAllTheirDetailsTakeWhatIsPromised() {
        PenaltySettings rules =
                new PenaltySettings(
                        Duration.ofSeconds(1),
                        2,
                        Duration.ofSeconds(16),
                        Duration.ofSeconds(100),
                        5);
        long before = heapInUse();
        Penalties penalties = Penalties.none(rules, 0);
        for (int round = 0; round < SourceHistory.TRIES; round++) {
            for (int i = 0; i < Penalties.MOST_SOURCES; i++) {
                int name = (i + round) % Penalties.MOST_SOURCES;
                failAt(penalties, rules, ipv4(i), "name" + name);
                failAt(penalties, rules, ipv6(i), "other" + name);
            }
        }
        long growth = heapInUse() - before;
        assertEquals(2 * Penalties.MOST_SOURCES, penalties.sources());
        assertEquals(Penalties.MOST_NAMES, penalties.names());
        assertTrue(penalties.octets() <= Penalties.MOST_OCTETS, "what is told");
        assertTrue(growth < Penalties.MOST_OCTETS, () -> "the heap grew by " + growth);
        assertTrue(growth > Penalties.MOST_OCTETS / 2, () -> growth + " octets are no full table");
    }

    private void failAt(
            Penalties penalties, PenaltySettings rules, InetAddress source, String name) {
        LoginAttempt attempt =
                new LoginAttempt(
                        Mechanism.PASSWORD,
                        Optional.of(UserName.of(name)),
                        OptionalLong.of(++passwords));
        assertTrue(penalties.failed(rules, Source.of(source), attempt, 0).toSeconds() > 0);
    }

    private static long heapInUse() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}

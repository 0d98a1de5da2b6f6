package org.postern.testkit.limits;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.testkit.limits.ClientSessions.LISTENER;
import static org.postern.testkit.limits.ClientSessions.address;
import static org.postern.testkit.limits.ClientSessions.ipv4;
import static org.postern.testkit.limits.ClientSessions.ipv6;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.UserName;
import org.postern.api.limits.Admission;
import org.postern.api.limits.LimitsPolicy;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.limits.LoginReaction;
import org.postern.api.limits.PenaltyRecords;
import org.postern.api.session.SessionInfo;

/** The contract of {@link LimitsPolicy}. Seeds of random tests are in their failure messages. */
public interface LimitsPolicyContract {

    /**
     * A new policy that refuses what passes these two numbers, that sees no misbehaviour in
     * connecting and leaving fast, and of which nothing has been asked, not even to adopt.
     */
    LimitsPolicy policy(int maxSessions, int maxSessionsPerSource);

    /** The source that most tests come from. */
    InetAddress HERE = address("198.51.100.7");

    /** Somebody else. */
    InetAddress ELSEWHERE = address("203.0.113.9");

    /** A user name that fails to log in. */
    LoginAttempt NOBODY =
            new LoginAttempt(
                    Mechanism.PASSWORD, Optional.of(UserName.of("nobody")), OptionalLong.empty());

    /** A policy that took over nothing. */
    default LimitsPolicy fresh(int maxSessions, int maxSessionsPerSource) {
        LimitsPolicy policy = policy(maxSessions, maxSessionsPerSource);
        policy.adopt(List.of(), PenaltyRecords.NONE);
        return policy;
    }

    @Test
    default void anAdmittedConnectionCountsOnceThroughItsWholeLife() {
        LimitsPolicy policy = fresh(100, 2);
        SessionInfo first = new ClientSessions().from(HERE);
        assertAdmits(policy, HERE);
        policy.connected(first);
        SessionInfo loggedIn = first.withAccount(ClientSessions.account("anna"));
        assertInstanceOf(Admission.Admitted.class, policy.loggedIn(loggedIn));
        assertAdmits(policy, HERE);
        assertRefuses(policy, HERE);
    }

    @Test
    default void connectionsBeingMadeCount() {
        LimitsPolicy policy = fresh(100, 2);
        assertAdmits(policy, HERE);
        assertAdmits(policy, HERE);
        assertRefuses(policy, HERE);
    }

    @Test
    default void aRefusedConnectionDoesNotCount() {
        LimitsPolicy policy = fresh(100, 1);
        assertAdmits(policy, HERE);
        assertRefuses(policy, HERE);
        assertRefuses(policy, HERE);
        policy.abandoned(LISTENER, HERE);
        assertAdmits(policy, HERE);
    }

    @Test
    default void anAbandonedConnectionGivesItsPlaceBack() {
        LimitsPolicy policy = fresh(2, 2);
        for (int i = 0; i < 10; i++) {
            assertAdmits(policy, HERE);
            policy.abandoned(LISTENER, HERE);
        }
        assertCapacity(policy, HERE, 2);
    }

    @Test
    default void aClosedSessionGivesItsPlaceBack() {
        LimitsPolicy policy = fresh(2, 2);
        ClientSessions sessions = new ClientSessions();
        for (int i = 0; i < 10; i++) {
            SessionInfo session = sessions.from(HERE);
            assertAdmits(policy, HERE);
            policy.connected(session);
            policy.loggedIn(session.withAccount(ClientSessions.account("anna")));
            policy.closed(session.id());
        }
        assertCapacity(policy, HERE, 2);
    }

    @Test
    default void aSourceAtItsLimitTouchesNoOther() {
        LimitsPolicy policy = fresh(100, 2);
        assertCapacity(policy, HERE, 2);
        assertCapacity(policy, ELSEWHERE, 2);
        assertCapacity(policy, ipv6(1), 2);
        assertCapacity(policy, ipv6(2), 2);
    }

    @Test
    default void theLimitInAllHoldsOverManySources() {
        LimitsPolicy policy = fresh(5, 2);
        for (int i = 1; i <= 5; i++) {
            assertAdmits(policy, ipv4(i));
        }
        assertRefuses(policy, ipv4(6));
        policy.abandoned(LISTENER, ipv4(3));
        assertAdmits(policy, ipv4(6));
    }

    @Test
    default void adoptedSessionsCountFromTheFirstQuestionOn() {
        ClientSessions sessions = new ClientSessions();
        SessionInfo silent = sessions.from(HERE);
        SessionInfo loggedIn = sessions.from(HERE, "anna");
        LimitsPolicy policy = policy(100, 2);
        policy.adopt(List.of(silent, loggedIn), PenaltyRecords.NONE);
        assertRefuses(policy, HERE);
        assertAdmits(policy, ELSEWHERE);
        policy.closed(loggedIn.id());
        assertAdmits(policy, HERE);
        assertRefuses(policy, HERE);
        policy.closed(silent.id());
        assertAdmits(policy, HERE);
    }

    @Test
    default void aLimitPassedByAdoptedSessionsEndsNoneOfThem() {
        ClientSessions sessions = new ClientSessions();
        SessionInfo first = sessions.from(HERE, "anna");
        SessionInfo second = sessions.from(HERE);
        SessionInfo third = sessions.from(HERE, "anna");
        LimitsPolicy policy = policy(2, 1);
        policy.adopt(List.of(first, second, third), PenaltyRecords.NONE);
        assertInstanceOf(
                Admission.Admitted.class,
                policy.loggedIn(second.withAccount(ClientSessions.account("bert"))));
        assertFalse(policy.loginFailed(second, NOBODY).close(), "the first wrong password");
        policy.closed(first.id());
        assertRefuses(policy, ELSEWHERE);
        policy.closed(second.id());
        policy.closed(third.id());
        assertAdmits(policy, ELSEWHERE);
    }

    @Test
    default void aHandOverKeepsTheCounts() {
        ClientSessions sessions = new ClientSessions();
        List<SessionInfo> live = new ArrayList<>();
        LimitsPolicy old = fresh(10, 3);
        for (int i = 0; i < 3; i++) {
            assertAdmits(old, HERE);
            live.add(sessions.from(HERE));
            old.connected(live.get(i));
        }
        LimitsPolicy successor = policy(10, 3);
        successor.adopt(live, old.penalties());
        assertRefuses(successor, HERE);
        for (SessionInfo session : live) {
            successor.closed(session.id());
        }
        assertCapacity(successor, HERE, 3);
    }

    @Test
    default void aConnectionAdmittedBeforeTheHandOverAndMadeAfterItCounts() {
        ClientSessions sessions = new ClientSessions();
        LimitsPolicy old = fresh(10, 2);
        assertAdmits(old, HERE);
        assertAdmits(old, HERE);
        LimitsPolicy successor = policy(10, 2);
        successor.adopt(List.of(), old.penalties());
        SessionInfo made = sessions.from(HERE);
        successor.connected(made);
        successor.abandoned(LISTENER, HERE);
        assertAdmits(successor, HERE);
        assertRefuses(successor, HERE);
        successor.closed(made.id());
        assertAdmits(successor, HERE);
    }

    @Test
    default void callsWithoutTheirCounterpartRaiseNoLimit() {
        LimitsPolicy policy = fresh(2, 2);
        SessionInfo stranger = new ClientSessions().from(HERE, "anna");
        policy.abandoned(LISTENER, HERE);
        policy.abandoned(LISTENER, ELSEWHERE);
        policy.closed(stranger.id());
        policy.loginFailed(stranger, NOBODY);
        policy.loggedIn(stranger);
        assertAdmits(policy, HERE);
        policy.connected(stranger);
        policy.connected(stranger);
        policy.closed(stranger.id());
        policy.closed(stranger.id());
        assertCapacity(policy, HERE, 2);
    }

    @Test
    default void failedLoginsEndTheirConnectionInTheEnd() {
        LimitsPolicy policy = fresh(10, 10);
        ClientSessions sessions = new ClientSessions();
        SessionInfo session = sessions.from(HERE);
        assertAdmits(policy, HERE);
        policy.connected(session);
        assertFalse(policy.loginFailed(session, NOBODY).close(), "the first typing error");
        int failures = 1;
        boolean close = false;
        while (!close) {
            assertTrue(++failures <= 100, "nobody needs 100 passwords");
            LoginReaction reaction = policy.loginFailed(session, NOBODY);
            assertFalse(reaction.delay().isNegative());
            assertTrue(reaction.delay().compareTo(Duration.ofMinutes(1)) <= 0);
            close = reaction.close();
        }
        SessionInfo another = sessions.from(ELSEWHERE);
        assertAdmits(policy, ELSEWHERE);
        policy.connected(another);
        assertFalse(policy.loginFailed(another, NOBODY).close(), "others do not pay for it");
    }

    @Test
    default void guessingLocksNobodyOut() {
        LimitsPolicy policy = fresh(1_000, 100);
        ClientSessions sessions = new ClientSessions();
        for (int i = 0; i < 1_000; i++) {
            SessionInfo guesser = sessions.from(i % 2 == 0 ? HERE : ipv4(i));
            policy.connected(guesser);
            LoginReaction reaction = policy.loginFailed(guesser, wrong("anna", i));
            assertTrue(reaction.delay().compareTo(Duration.ofMinutes(1)) <= 0);
            policy.closed(guesser.id());
        }
        assertAdmits(policy, ELSEWHERE);
        SessionInfo anna = sessions.from(ELSEWHERE);
        policy.connected(anna);
        assertInstanceOf(
                Admission.Admitted.class,
                policy.loggedIn(anna.withAccount(ClientSessions.account("anna"))),
                "a right password, at once");
        SessionInfo there = sessions.from(HERE);
        policy.connected(there);
        assertInstanceOf(
                Admission.Admitted.class,
                policy.loggedIn(there.withAccount(ClientSessions.account("anna"))),
                "a right password from where it was guessed");
    }

    @Test
    default void aMailProgramWithAnOldPasswordGetsItsNeighboursIntoNoTrouble() {
        LimitsPolicy policy = fresh(1_000, 100);
        ClientSessions sessions = new ClientSessions();
        for (int i = 0; i < 1_000; i++) {
            assertAdmits(policy, HERE);
            SessionInfo session = sessions.from(HERE);
            policy.connected(session);
            LoginReaction reaction = policy.loginFailed(session, wrong("anna", 7));
            assertFalse(reaction.close(), "the same mistake again");
            policy.closed(session.id());
        }
        SessionInfo neighbour = sessions.from(HERE);
        policy.connected(neighbour);
        assertTrue(
                policy.loginFailed(neighbour, wrong("bert", 8)).delay().toSeconds() < 5,
                "a neighbour's own mistake");
    }

    @Test
    default void whatAllMayUseIsAnswered() {
        LimitsPolicy policy = fresh(10, 10);
        assertEquals(policy.serverBounds(), policy.serverBounds());
    }

    /** A failed login with the password of this fingerprint. */
    private static LoginAttempt wrong(String name, long fingerprint) {
        return new LoginAttempt(
                Mechanism.PASSWORD, Optional.of(UserName.of(name)), OptionalLong.of(fingerprint));
    }

    @Test
    default void boundsAreAnsweredForAnySession() {
        LimitsPolicy policy = fresh(10, 10);
        SessionInfo session = new ClientSessions().from(HERE, "anna");
        assertEquals(policy.bounds(session), policy.bounds(session));
    }

    @Test
    default void garbageForPenaltiesIsIgnored() {
        LimitsPolicy old = fresh(10, 2);
        String form = old.penalties().form();
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int length : new int[] {1, 2, 7, 8, 12, 13, 14, 26, 4096, PenaltyRecords.MAX_OCTETS}) {
            for (int filler : new int[] {0, 0x7F, 0xFF, -1}) {
                byte[] octets = new byte[length];
                Arrays.fill(octets, (byte) filler);
                if (filler == -1) {
                    random.nextBytes(octets);
                }
                for (String name : List.of(form, "", form + "x", "\u0000")) {
                    LimitsPolicy policy = policy(10, 2);
                    policy.adopt(List.of(), new PenaltyRecords(name, octets));
                    assertAll(
                            "length " + length + ", filler " + filler + ", seed " + seed,
                            () -> assertCapacity(policy, HERE, 2));
                }
            }
        }
    }

    /** Admits exactly this many connections from there, and leaves them. */
    static void assertCapacity(LimitsPolicy policy, InetAddress source, int connections) {
        for (int i = 0; i < connections; i++) {
            assertAdmits(policy, source);
        }
        assertRefuses(policy, source);
    }

    /** Admits a connection from there. */
    static void assertAdmits(LimitsPolicy policy, InetAddress source) {
        assertInstanceOf(Admission.Admitted.class, policy.admit(LISTENER, source));
    }

    /** Does not admit a connection from there now: refuses or delays it. */
    static void assertRefuses(LimitsPolicy policy, InetAddress source) {
        Admission admission = policy.admit(LISTENER, source);
        assertFalse(
                admission instanceof Admission.Admitted, () -> "admitted one more from " + source);
    }
}

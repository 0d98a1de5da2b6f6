package org.postern.limits.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.limits.internal.LimitsFixture.admit;
import static org.postern.limits.internal.LimitsFixture.told;
import static org.postern.testkit.limits.ClientSessions.LISTENER;
import static org.postern.testkit.limits.ClientSessions.account;
import static org.postern.testkit.limits.ClientSessions.address;
import static org.postern.testkit.limits.ClientSessions.ipv4;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.Account;
import org.postern.api.auth.UserName;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.limits.LoginReaction;
import org.postern.api.limits.PenaltyRecords;
import org.postern.api.limits.ServerBounds;
import org.postern.api.limits.SessionBounds;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.session.SessionInfo;
import org.postern.testkit.limits.ClientSessions;
import org.postern.testkit.limits.LimitsPolicyContract;

final class StandaloneLimitsTest {
    private static final InetAddress HERE = address("127.0.0.1");
    private static final InetAddress ELSEWHERE = address("203.0.113.9");
    private static final String ADMITTED = "admitted";

    private final LimitsFixture fixture = new LimitsFixture();
    private final ClientSessions sessions = new ClientSessions();

    @Test
    void fiveHundredSilentAndFiveHundredIdleKeepNobodyOut() {
        fixture.with("maxSessionsPerSource", 2_000).with("maxSessionsPerUser", 501);
        StandaloneLimits policy = fixture.policy();
        for (int i = 0; i < 500; i++) {
            logIn(policy, open(policy, HERE), "anna");
        }
        for (int i = 0; i < 500; i++) {
            open(policy, HERE);
        }
        logIn(policy, open(policy, HERE), "anna");
        logIn(policy, open(policy, ELSEWHERE), "bert");
    }

    @Test
    void silentSourcesThatTakeAllTheyCanLeaveRoomForOthers() {
        StandaloneLimits policy = fixture.policy();
        for (int round = 0; round < 50; round++) {
            for (int attacker = 0; attacker < 100; attacker++) {
                policy.admit(LISTENER, ipv4(attacker));
            }
        }
        assertEquals("per source share of sessions before login reached", admit(policy, ipv4(1)));
        // 100 of them: 1500 / 101 = 14 places are left.
        for (int visitor = 1_000; visitor < 1_014; visitor++) {
            assertEquals(ADMITTED, admit(policy, ipv4(visitor)));
        }
    }

    @Test
    void thoseWhoLoggedInDoNotCountAsSilent() {
        fixture.with("maxSessionsBeforeLogin", 2).with("maxSessions", 10);
        StandaloneLimits policy = fixture.policy();
        for (int i = 1; i <= 5; i++) {
            logIn(policy, open(policy, ipv4(i)), "anna");
        }
        open(policy, ipv4(6));
        SessionInfo silent = open(policy, ipv4(7));
        assertEquals("limit of sessions before login reached", admit(policy, ipv4(8)));
        policy.closed(silent.id());
        assertEquals(ADMITTED, admit(policy, ipv4(8)));
    }

    @Test
    void whereLoggedInSessionsFillTheServerTheRestIsSharedToo() {
        fixture.with("maxSessionsBeforeLogin", 8).with("maxSessions", 10);
        StandaloneLimits policy = fixture.policy();
        for (int i = 1; i <= 6; i++) {
            logIn(policy, open(policy, ipv4(i)), "anna");
        }
        open(policy, HERE);
        open(policy, HERE);
        assertEquals("per source share of sessions before login reached", admit(policy, HERE));
        open(policy, ELSEWHERE);
        open(policy, ipv4(9));
        assertEquals("sessions limit reached", admit(policy, ipv4(10)));
    }

    @Test
    void aServerSmallerThanTheShareBeforeLoginCanBeFilledByOneSource() {
        fixture.with("maxSessions", 3);
        StandaloneLimits policy = fixture.policy();
        for (int i = 0; i < 3; i++) {
            open(policy, HERE);
        }
        assertEquals("sessions limit reached", admit(policy, ELSEWHERE));
    }

    @Test
    void reasonsAreThoseThatLogAnalysersKnow() {
        fixture.with("maxSessionsPerSource", 1).with("maxSessions", 2);
        StandaloneLimits policy = fixture.policy();
        open(policy, HERE);
        assertEquals("per source limit reached", admit(policy, HERE));
        open(policy, ELSEWHERE);
        assertEquals("sessions limit reached", admit(policy, ipv4(1)));
    }

    @Test
    void anExemptNetworkHasNoLimitPerSource() {
        fixture.with("maxSessionsPerSource", 1)
                .with("minimumSlotSeconds", 10)
                .with("exempt", " 127.0.0.0/8 , 2001:db8::/32 ");
        StandaloneLimits policy = fixture.policy();
        for (int i = 0; i < 100; i++) {
            SessionInfo session = open(policy, HERE);
            open(policy, address("2001:db8::1"));
            policy.closed(session.id());
            assertEquals(ADMITTED, admit(policy, HERE));
            policy.abandoned(LISTENER, HERE);
        }
        assertEquals(List.of(), PenaltyForm.decode(policy.penalties(), 0).orElseThrow().ghosts());
        open(policy, ELSEWHERE);
        assertEquals("per source limit reached", admit(policy, ELSEWHERE));
        fixture.with("exempt", "");
        assertEquals("per source limit reached", admit(policy, address("2001:db8::2")));
    }

    @Test
    void oneAccountHasItsNumberOfSessionsWhereverItComesFrom() {
        fixture.with("maxSessionsPerUser", 2);
        StandaloneLimits policy = fixture.policy();
        SessionInfo first = logIn(policy, open(policy, HERE), "anna");
        logIn(policy, open(policy, ELSEWHERE), "anna");
        SessionInfo third = open(policy, ipv4(3)).withAccount(account("anna"));
        assertEquals("per user limit reached", told(policy.loggedIn(third)));
        logIn(policy, open(policy, HERE), "bert");
        SessionInfo namesake =
                open(policy, HERE).withAccount(new Account(UserName.of("anna"), "shadow"));
        assertEquals(ADMITTED, told(policy.loggedIn(namesake)), "another backend's anna");
        policy.closed(first.id());
        assertEquals(ADMITTED, told(policy.loggedIn(third)));
        assertEquals(ADMITTED, told(policy.loggedIn(third)), "asked again, counted once");
    }

    @Test
    void aLoginWithoutItsSessionIsRefusedAndLeavesNothing() {
        StandaloneLimits policy = fixture.policy();
        SessionInfo stranger = sessions.from(HERE, "anna");
        assertEquals("a login without a session or an account", told(policy.loggedIn(stranger)));
        assertTrue(policy.loginFailed(stranger, LimitsPolicyContract.NOBODY).close());
        assertEquals(0, policy.entries());
    }

    @Test
    void theLastFailedLoginClosesTheConnection() {
        fixture.with("penaltyBase", 0);
        StandaloneLimits policy = fixture.policy();
        SessionInfo session = open(policy, HERE);
        LoginAttempt typed = LimitsPolicyContract.NOBODY;
        assertEquals(new LoginReaction(Duration.ZERO, false), policy.loginFailed(session, typed));
        assertEquals(new LoginReaction(Duration.ZERO, false), policy.loginFailed(session, typed));
        assertEquals(new LoginReaction(Duration.ZERO, true), policy.loginFailed(session, typed));
    }

    @Test
    void aSlotStaysTakenForItsTimeFromItsSourceOnly() {
        fixture.with("minimumSlotSeconds", 10)
                .with("maxSessionsPerSource", 2)
                .with("maxSessions", 2);
        StandaloneLimits policy = fixture.policy();
        SessionInfo brief = open(policy, HERE);
        fixture.pass(Duration.ofSeconds(4));
        policy.closed(brief.id());
        assertEquals(ADMITTED, admit(policy, HERE));
        policy.abandoned(LISTENER, HERE);
        assertEquals("per source limit reached", admit(policy, HERE));
        open(policy, ELSEWHERE);
        open(policy, ipv4(1));
        assertEquals("sessions limit reached", admit(policy, ipv4(2)));
        fixture.with("maxSessions", 10).pass(Duration.ofMillis(5_999));
        assertEquals("per source limit reached", admit(policy, HERE));
        fixture.pass(Duration.ofMillis(1));
        assertEquals(ADMITTED, admit(policy, HERE));
        assertEquals("per source limit reached", admit(policy, HERE));
    }

    @Test
    void aSessionThatLastedItsTimeLeavesNoGhost() {
        fixture.with("minimumSlotSeconds", 10).with("maxSessionsPerSource", 1);
        StandaloneLimits policy = fixture.policy();
        SessionInfo session = open(policy, HERE);
        fixture.pass(Duration.ofSeconds(10));
        policy.closed(session.id());
        assertEquals(0, policy.entries());
        assertEquals(ADMITTED, admit(policy, HERE));
    }

    @Test
    void ghostsAreHandedOverAndAge() {
        fixture.with("minimumSlotSeconds", 10).with("maxSessionsPerSource", 1);
        StandaloneLimits old = fixture.policy();
        policyClose(old, open(old, HERE));
        fixture.pass(Duration.ofSeconds(6));
        StandaloneLimits successor = fixture.unadopted();
        successor.adopt(List.of(), old.penalties());
        assertEquals("per source limit reached", admit(successor, HERE));
        assertEquals(ADMITTED, admit(successor, ELSEWHERE));
        fixture.pass(Duration.ofSeconds(4));
        assertEquals(ADMITTED, admit(successor, HERE));
    }

    @Test
    void anAdoptedSessionsSlotBeganWhenItDid() {
        fixture.with("minimumSlotSeconds", 3_600).with("maxSessionsPerSource", 1);
        StandaloneLimits policy = fixture.unadopted();
        SessionInfo session = sessions.from(HERE);
        fixture.set(session.since().plusSeconds(3_000));
        SessionInfo now = sessions.from(ELSEWHERE);
        SessionInfo fromTheFuture =
                new SessionInfo(
                        now.id(),
                        now.protocol(),
                        now.listener(),
                        now.source(),
                        now.local(),
                        now.tls(),
                        now.tlsVersion(),
                        fixture.today().plusSeconds(60),
                        now.account());
        policy.adopt(List.of(session, fromTheFuture), PenaltyRecords.NONE);
        policy.closed(session.id());
        policy.closed(fromTheFuture.id());
        fixture.pass(Duration.ofSeconds(599));
        assertEquals("per source limit reached", admit(policy, HERE));
        fixture.pass(Duration.ofSeconds(2));
        assertEquals(ADMITTED, admit(policy, HERE));
        assertEquals("per source limit reached", admit(policy, ELSEWHERE));
    }

    @Test
    void ghostsOfManySourcesAreBounded() {
        fixture.with("minimumSlotSeconds", 3_600).with("maxSessionsPerSource", 1);
        StandaloneLimits policy = fixture.policy();
        for (int i = 0; i < 100_000; i++) {
            assertEquals(ADMITTED, admit(policy, ipv4(i)));
            policy.abandoned(LISTENER, ipv4(i));
        }
        assertEquals(2 * GhostSlots.MOST, policy.entries());
        assertEquals("per source limit reached", admit(policy, ipv4(99_999)));
        fixture.pass(Duration.ofHours(1));
        assertEquals(ADMITTED, admit(policy, ipv4(99_999)));
        policy.abandoned(LISTENER, ipv4(99_999));
        assertEquals(2, policy.entries());
    }

    @Test
    void whatIsLoweredHoldsForTheNextAndEndsNobody() {
        StandaloneLimits policy = fixture.policy();
        List<SessionInfo> live = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            live.add(open(policy, HERE));
        }
        fixture.with("maxSessionsPerSource", 2);
        assertEquals("per source limit reached", admit(policy, HERE));
        for (SessionInfo session : live) {
            logIn(policy, session, "anna");
        }
        live.subList(0, 4).forEach(session -> policy.closed(session.id()));
        assertEquals(ADMITTED, admit(policy, HERE));
        assertEquals("per source limit reached", admit(policy, HERE));
    }

    @Test
    void aChangedSizeOfSourcesCountsEverybodyAnew() {
        fixture.with("maxSessionsPerSource", 3).with("minimumSlotSeconds", 10);
        StandaloneLimits policy = fixture.policy();
        SessionInfo one = open(policy, address("198.51.100.1"));
        logIn(policy, open(policy, address("198.51.100.2")), "anna");
        SessionInfo brief = open(policy, address("198.51.100.3"));
        policy.closed(brief.id());
        assertEquals(ADMITTED, admit(policy, address("198.51.100.4")));
        fixture.with("sourcePrefix4", 24);
        assertEquals("per source limit reached", admit(policy, address("198.51.100.5")));
        assertEquals(ADMITTED, admit(policy, address("198.51.101.5")));
        // What was admitted in one size and ends in another is counted once, and no longer.
        policy.abandoned(LISTENER, address("198.51.100.4"));
        policy.closed(one.id());
        fixture.pass(Duration.ofSeconds(10));
        assertEquals(ADMITTED, admit(policy, address("198.51.100.5")));
        assertEquals(ADMITTED, admit(policy, address("198.51.100.6")));
        assertEquals("per source limit reached", admit(policy, address("198.51.100.7")));
        fixture.with("sourcePrefix4", 32);
        assertEquals(ADMITTED, admit(policy, address("198.51.100.7")));
    }

    @Test
    void whatAllMayUseIsConfigured() {
        StandaloneLimits policy = fixture.policy();
        assertEquals(new ServerBounds(64 << 20, 200), policy.serverBounds());
        fixture.with("maxOctetsInFlight", 1 << 20).with("maxLogLines", 3);
        assertEquals(new ServerBounds(1 << 20, 3), policy.serverBounds());
    }

    @Test
    void boundsAreWhatIsConfigured() {
        StandaloneLimits policy = fixture.policy();
        SessionInfo session = sessions.from(HERE);
        assertEquals(
                new SessionBounds(20, 1_000_000, new MailboxBounds(100_000, 10L << 30)),
                policy.bounds(session));
        fixture.with("maxBadCommands", 1)
                .with("maxCommands", 2)
                .with("maxMessages", 3)
                .with("maxMailboxBytes", 1L << 40);
        assertEquals(
                new SessionBounds(1, 2, new MailboxBounds(3, 1L << 40)), policy.bounds(session));
    }

    private SessionInfo open(StandaloneLimits policy, InetAddress source) {
        assertEquals(ADMITTED, admit(policy, source));
        SessionInfo session = sessions.from(source);
        policy.connected(session);
        return session;
    }

    private static SessionInfo logIn(StandaloneLimits policy, SessionInfo session, String user) {
        SessionInfo loggedIn = session.withAccount(account(user));
        assertEquals(ADMITTED, told(policy.loggedIn(loggedIn)));
        return loggedIn;
    }

    private static void policyClose(StandaloneLimits policy, SessionInfo session) {
        policy.closed(session.id());
    }
}

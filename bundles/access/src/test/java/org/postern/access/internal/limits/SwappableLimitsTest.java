package org.postern.access.internal.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.postern.access.internal.Services;
import org.postern.access.internal.Waiting;
import org.postern.access.internal.session.SessionsForTests;
import org.postern.api.auth.Account;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.UserName;
import org.postern.api.limits.Admission;
import org.postern.api.limits.LimitsPolicy;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.limits.LoginReaction;
import org.postern.api.limits.PenaltyRecords;
import org.postern.api.limits.ServerBounds;
import org.postern.api.limits.SessionBounds;
import org.postern.api.session.Session;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;
import org.postern.api.session.Sessions;
import org.postern.testkit.auth.ManualTime;

class SwappableLimitsTest {
    private static final InetSocketAddress SOURCE = new InetSocketAddress("198.51.100.7", 40000);
    private static final InetAddress HERE = SOURCE.getAddress();
    private static final LoginAttempt TYPED =
            new LoginAttempt(
                    Mechanism.PASSWORD, Optional.of(UserName.of("typed")), OptionalLong.empty());
    private static final String LISTENER = "main";

    private final ManualTime time = new ManualTime();
    private final Sessions sessions = SessionsForTests.create(time);
    private final BoundsInForce bounds = new BoundsInForce();
    private final SwappableLimits limits = new SwappableLimits(sessions, bounds, time::nanos);
    private final CountingPolicy first = new CountingPolicy();
    private final CountingPolicy second = new CountingPolicy();

    private void install(LimitsPolicy policy, long id, int ranking) {
        limits.bindPolicy(policy, Services.properties(id, ranking));
    }

    private void remove(LimitsPolicy policy, long id) {
        limits.unbindPolicy(policy, Services.properties(id, 0));
    }

    private Session begin() {
        return sessions.begin("pop3", LISTENER, SOURCE, SOURCE, end -> {});
    }

    private SessionInfo connect() {
        assertInstanceOf(Admission.Admitted.class, limits.admit(LISTENER, HERE));
        SessionInfo session = begin().info();
        limits.connected(session);
        return session;
    }

    private static void assertRight(CountingPolicy... policies) {
        for (CountingPolicy policy : policies) {
            assertEquals(List.of(), policy.wrong);
        }
    }

    @Test
    void questionsGoToThePolicyAndItsAnswersComeBack() {
        install(first, 1, 0);
        SessionInfo session = connect();
        assertEquals(
                new LoginReaction(Duration.ofSeconds(2), false),
                limits.loginFailed(session, TYPED));
        assertInstanceOf(Admission.Refused.class, limits.loggedIn(session));
        assertEquals(first.bounds, limits.bounds(session));
        limits.closed(session.id());
        limits.admit(LISTENER, HERE);
        limits.abandoned(LISTENER, HERE);
        assertEquals(
                List.of(
                        "adopt",
                        "admit",
                        "connected",
                        "loginFailed",
                        "loggedIn",
                        "bounds",
                        "closed",
                        "admit",
                        "abandoned"),
                first.calls);
        assertRight(first);
    }

    @Test
    void withoutAPolicyNothingNewIsAdmitted() {
        assertInstanceOf(Admission.Delayed.class, limits.admit(LISTENER, HERE));
        time.advance(Duration.ofMillis(9_999));
        assertInstanceOf(Admission.Delayed.class, limits.admit(LISTENER, HERE));
        time.advance(Duration.ofMillis(1));
        assertEquals(
                new Admission.Refused("no limits policy is installed"),
                limits.admit(LISTENER, HERE));
        install(first, 1, 0);
        assertInstanceOf(Admission.Admitted.class, limits.admit(LISTENER, HERE));
        remove(first, 1);
        assertInstanceOf(Admission.Delayed.class, limits.admit(LISTENER, HERE), "counts anew");
    }

    @Test
    void withoutAPolicySessionsGoOnWithTheirBounds() {
        install(first, 1, 0);
        SessionInfo asked = connect();
        SessionInfo unasked = connect();
        limits.bounds(asked);
        remove(first, 1);
        assertEquals(first.bounds, limits.bounds(asked));
        SessionBounds builtIn = limits.bounds(unasked);
        assertTrue(builtIn.maxBadCommands() <= 10 && builtIn.mailbox().maxMessages() <= 100_000);
        assertInstanceOf(Admission.Admitted.class, limits.loggedIn(asked));
        assertTrue(limits.loginFailed(asked, TYPED).close());
    }

    @Test
    void aNewPolicyIsHandedTheLiveSessionsAndThePenalties() {
        first.penalties = new PenaltyRecords("form", new byte[] {1, 2});
        install(first, 1, 0);
        SessionInfo closed = connect();
        Session session = begin();
        limits.admit(LISTENER, HERE);
        limits.connected(session.info());
        session.loggedIn(new Account(UserName.of("anna"), "virtual"));
        remove(first, 1);
        limits.closed(closed.id());
        SessionInfo meanwhile = begin().info();
        limits.connected(meanwhile);
        install(second, 2, 0);
        assertEquals(Set.of(session.info(), meanwhile), new HashSet<>(second.adopted));
        assertEquals(first.penalties, second.inherited);
        limits.closed(session.info().id());
        limits.closed(meanwhile.id());
        limits.closed(meanwhile.id());
        assertEquals(List.of("adopt", "closed", "closed"), second.calls);
        assertRight(first, second);
    }

    @Test
    void penaltiesOutliveATimeWithoutAPolicy() {
        first.penalties = new PenaltyRecords("form", new byte[] {1});
        install(first, 1, 0);
        remove(first, 1);
        time.advance(Duration.ofMinutes(5));
        install(second, 2, 0);
        assertEquals(first.penalties, second.inherited);
    }

    @Test
    void theHighestRankingIsInForceAndTheOtherComesBackInformed() {
        install(first, 1, 0);
        SessionInfo session = connect();
        second.penalties = new PenaltyRecords("second", new byte[] {2});
        install(second, 2, 10);
        limits.closed(session.id());
        SessionInfo another = connect();
        assertEquals(List.of("adopt", "admit", "connected"), first.calls);
        remove(second, 2);
        assertEquals(List.of(another), first.adopted);
        assertEquals(second.penalties, first.inherited);
        limits.closed(another.id());
        assertRight(first, second);
    }

    @Test
    void aLowerRankingPolicyIsNotAskedAndDoesNotDisturb() {
        install(first, 1, 10);
        install(second, 2, 0);
        connect();
        remove(second, 2);
        assertEquals(List.of(), second.calls);
        assertEquals(List.of("adopt", "admit", "connected"), first.calls);
        install(second, 2, 0);
        limits.updatedPolicy(second, Services.properties(2, 20));
        assertEquals(List.of("adopt"), second.calls);
    }

    @Test
    void aConnectionAdmittedByThePredecessorIsConnectedAndNotAbandonedAtTheSuccessor() {
        install(first, 1, 0);
        limits.admit(LISTENER, HERE);
        limits.admit(LISTENER, HERE);
        remove(first, 1);
        install(second, 2, 0);
        SessionInfo made = begin().info();
        limits.connected(made);
        limits.abandoned(LISTENER, HERE);
        assertEquals(List.of("adopt", "connected"), second.calls);
        limits.closed(made.id());
        assertRight(first, second);
    }

    @Test
    void aSessionThatIsLiveAndNotConnectedYetIsNotAdopted() {
        install(first, 1, 0);
        limits.admit(LISTENER, HERE);
        SessionInfo session = begin().info();
        remove(first, 1);
        install(second, 2, 0);
        assertEquals(List.of(), second.adopted);
        limits.connected(session);
        assertRight(second);
        assertEquals(Set.of(session.id()), second.live);
    }

    @Test
    void aHandOverWaitsForACallInFlightAndThenSeesItsSession() throws Exception {
        install(first, 1, 0);
        limits.admit(LISTENER, HERE);
        SessionInfo session = begin().info();
        AtomicReference<Waiting> handOver = new AtomicReference<>();
        first.during =
                () -> {
                    if (handOver.get() == null) {
                        handOver.set(Waiting.start(() -> install(second, 2, 10)));
                    }
                };
        limits.connected(session);
        handOver.get().join();
        assertEquals(List.of(session), second.adopted);
        assertRight(first, second);
    }

    @Test
    void aLeavingPolicyFinishesItsCallFirst() throws Exception {
        install(first, 1, 0);
        List<String> order = new ArrayList<>();
        AtomicReference<Waiting> leaving = new AtomicReference<>();
        first.during =
                () -> {
                    leaving.set(
                            Waiting.start(
                                    () -> {
                                        remove(first, 1);
                                        order.add("left");
                                    }));
                    order.add("answered");
                };
        limits.admit(LISTENER, HERE);
        leaving.get().join();
        assertEquals(List.of("answered", "left"), order);
    }

    @Test
    void aPolicyThatFailsHasSaidNo() {
        CountingPolicy failing = new CountingPolicy();
        install(failing, 1, 0);
        SessionInfo session = connect();
        SessionBounds bounds = limits.bounds(session);
        failing.during =
                () -> {
                    throw new IllegalStateException();
                };
        assertInstanceOf(Admission.Refused.class, limits.admit(LISTENER, HERE));
        assertInstanceOf(Admission.Refused.class, limits.loggedIn(session));
        assertTrue(limits.loginFailed(session, TYPED).close());
        assertEquals(bounds, limits.bounds(session));
        limits.connected(begin().info());
        limits.abandoned(LISTENER, HERE);
        limits.closed(session.id());
        failing.bounds = null;
        failing.during = () -> {};
        assertTrue(limits.bounds(session).maxCommands() > 0);
    }

    @Test
    void aPolicyThatCannotTakeOverIsNotUsed() {
        install(first, 1, 0);
        second.during =
                () -> {
                    throw new IllegalStateException();
                };
        install(second, 2, 10);
        connect();
        assertEquals(List.of("adopt", "admit", "connected"), first.calls);
        remove(first, 1);
        assertInstanceOf(Admission.Delayed.class, limits.admit(LISTENER, HERE));
    }

    @Test
    void aPolicyWithoutPenaltiesLeavesNone() {
        first.penalties = null;
        install(first, 1, 0);
        remove(first, 1);
        install(second, 2, 0);
        assertEquals(PenaltyRecords.NONE, second.inherited);
    }

    /** Sessions come and go on two threads while policies are replaced under them. */
    @Test
    void underLoadNoSessionIsLostOrCountedTwice() throws Exception {
        long seed = new Random().nextLong();
        install(first, 0, 0);
        CountDownLatch done = new CountDownLatch(2);
        List<SessionId> left = Collections.synchronizedList(new ArrayList<>());
        for (int t = 0; t < 2; t++) {
            Random random = new Random(seed + t);
            Thread thread =
                    new Thread(
                            () -> {
                                try {
                                    left.addAll(comeAndGo(random));
                                } finally {
                                    done.countDown();
                                }
                            });
            thread.setDaemon(true);
            thread.start();
        }
        CountingPolicy current = first;
        for (int i = 1; done.getCount() > 0; i++) {
            CountingPolicy next = new CountingPolicy();
            if (i % 2 == 0) {
                install(next, i, i);
                remove(current, i - 1);
            } else {
                remove(current, i - 1);
                install(next, i, i);
            }
            assertEquals(List.of(), current.wrong, "seed " + seed);
            current = next;
        }
        done.await();
        assertEquals(List.of(), current.wrong, "seed " + seed);
        assertEquals(new HashSet<>(left), current.live, "seed " + seed);
        assertEquals(0, current.pending, "seed " + seed);
    }

    private List<SessionId> comeAndGo(Random random) {
        List<Session> live = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            boolean admitted = limits.admit(LISTENER, HERE) instanceof Admission.Admitted;
            if (admitted && random.nextBoolean()) {
                Session session = begin();
                limits.connected(session.info());
                live.add(session);
            } else if (admitted) {
                limits.abandoned(LISTENER, HERE);
            }
            if (live.size() > 20) {
                Session session = live.remove(random.nextInt(live.size()));
                limits.closed(session.info().id());
                session.closed(SessionEnd.QUIT, "");
            }
        }
        return live.stream().map(session -> session.info().id()).toList();
    }

    @Test
    void whatAllMayUseIsAskedForEverySecondThatSomebodyComes() {
        assertEquals(new ServerBounds(16 << 20, 20), limits.serverBounds());
        install(first, 1, 0);
        first.serverBounds = new ServerBounds(5, 6);
        connect();
        assertEquals(first.serverBounds, bounds.current());
        first.serverBounds = new ServerBounds(7, 8);
        time.advance(Duration.ofMillis(999));
        connect();
        assertEquals(new ServerBounds(5, 6), bounds.current());
        time.advance(Duration.ofMillis(1));
        connect();
        assertEquals(new ServerBounds(7, 8), bounds.current());
        first.serverBounds = new ServerBounds(9, 10);
        assertEquals(new ServerBounds(9, 10), limits.serverBounds());
        remove(first, 1);
        assertEquals(new ServerBounds(9, 10), limits.serverBounds(), "the last word counts");
    }
}

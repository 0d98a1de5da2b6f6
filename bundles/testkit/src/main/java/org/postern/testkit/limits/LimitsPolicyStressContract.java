package org.postern.testkit.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.testkit.limits.ClientSessions.LISTENER;
import static org.postern.testkit.limits.ClientSessions.ipv4;
import static org.postern.testkit.limits.ClientSessions.ipv6;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.UserName;
import org.postern.api.limits.Admission;
import org.postern.api.limits.LimitsPolicy;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.limits.PenaltyRecords;
import org.postern.api.session.SessionInfo;

/**
 * The contract of {@link LimitsPolicy} under many clients and many threads. Heap is measured: run
 * it with other tests one after the other.
 */
public interface LimitsPolicyStressContract {
    /** Nothing blocks: this is for a slow machine. */
    Duration PATIENCE = Duration.ofSeconds(50);

    /** Far more than any table that is bounded needs. */
    long HEAP_GROWTH = 24L << 20;

    /** If 100 octets of each stayed, that would be more than {@link #HEAP_GROWTH}. */
    int STRANGERS = 300_000;

    /** {@link LimitsPolicyContract#policy}. */
    LimitsPolicy policy(int maxSessions, int maxSessionsPerSource);

    @Test
    default void manySourcesAndNamesThatComeAndGoLeaveLittleBehind() {
        LimitsPolicy policy = policy(100, 2);
        policy.adopt(List.of(), PenaltyRecords.NONE);
        ClientSessions sessions = new ClientSessions();
        long before = heapInUse();
        for (int i = 0; i < STRANGERS; i++) {
            InetAddress source = i % 2 == 0 ? ipv4(i) : ipv6(i);
            assertInstanceOf(Admission.Admitted.class, policy.admit(LISTENER, source));
            if (i % 3 == 0) {
                policy.abandoned(LISTENER, source);
                continue;
            }
            SessionInfo session = sessions.from(source);
            policy.connected(session);
            policy.loginFailed(session, madeUp(i));
            policy.loggedIn(session.withAccount(ClientSessions.account("user" + i)));
            policy.closed(session.id());
        }
        long growth = heapInUse() - before;
        assertTrue(growth < HEAP_GROWTH, () -> "the heap grew by " + growth + " octets");
        assertTrue(policy.penalties().octets().length <= PenaltyRecords.MAX_OCTETS);
        assertInstanceOf(Admission.Admitted.class, policy.admit(LISTENER, ipv4(1)));
    }

    private static LoginAttempt madeUp(int number) {
        return new LoginAttempt(
                Mechanism.PASSWORD,
                Optional.of(UserName.of("made up " + number)),
                OptionalLong.of(number));
    }

    @Test
    default void limitsHoldAndNothingLeaksUnderManyThreads() throws Exception {
        int perSource = 3;
        LimitsPolicy policy = policy(100, perSource);
        policy.adopt(List.of(), PenaltyRecords.NONE);
        ClientSessions sessions = new ClientSessions();
        List<AtomicInteger> present =
                List.of(new AtomicInteger(), new AtomicInteger(), new AtomicInteger());
        AtomicInteger most = new AtomicInteger();
        inThreads(
                random -> {
                    int number = random.nextInt(present.size());
                    InetAddress source = ipv4(number);
                    if (!(policy.admit(LISTENER, source) instanceof Admission.Admitted)) {
                        return;
                    }
                    most.accumulateAndGet(present.get(number).incrementAndGet(), Math::max);
                    SessionInfo session = sessions.from(source);
                    boolean becomes = random.nextBoolean();
                    if (becomes) {
                        policy.connected(session);
                        policy.loggedIn(session.withAccount(ClientSessions.account("anna")));
                    }
                    present.get(number).decrementAndGet();
                    if (becomes) {
                        policy.closed(session.id());
                    } else {
                        policy.abandoned(LISTENER, source);
                    }
                });
        assertTrue(most.get() <= perSource, () -> most + " at once from one source");
        for (int number = 0; number < present.size(); number++) {
            LimitsPolicyContract.assertCapacity(policy, ipv4(number), perSource);
        }
    }

    @Test
    default void noSequenceOfCallsThrowsOrBlocks() throws Exception {
        LimitsPolicy policy = policy(50, 5);
        policy.adopt(List.of(), PenaltyRecords.NONE);
        ClientSessions sessions = new ClientSessions();
        List<SessionInfo> known = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            known.add(sessions.from(i % 2 == 0 ? ipv4(i % 7) : ipv6(i % 5)));
        }
        inThreads(
                random -> {
                    SessionInfo session = known.get(random.nextInt(known.size()));
                    SessionInfo loggedIn =
                            session.withAccount(ClientSessions.account("u" + random.nextInt(4)));
                    InetAddress source = session.source().getAddress();
                    switch (random.nextInt(9)) {
                        case 0 -> policy.admit(LISTENER, source);
                        case 1 -> policy.abandoned(LISTENER, source);
                        case 2 -> policy.connected(random.nextBoolean() ? session : loggedIn);
                        case 3 -> policy.closed(session.id());
                        case 4 -> policy.loginFailed(session, LimitsPolicyContract.NOBODY);
                        case 5 -> policy.loggedIn(random.nextInt(9) == 0 ? session : loggedIn);
                        case 6 -> policy.bounds(session);
                        case 7 -> policy.penalties();
                        default -> policy.adopt(List.of(session, loggedIn), policy.penalties());
                    }
                });
    }

    /** One random call or short run of calls. */
    @FunctionalInterface
    interface Step {
        /** Makes it. */
        void run(Random random);
    }

    private static void inThreads(Step step) throws Exception {
        long seed = new Random().nextLong();
        int threads = 4;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Integer>> runs = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                Random random = new Random(seed + thread);
                runs.add(
                        executor.submit(
                                () -> {
                                    for (int i = 0; i < 20_000; i++) {
                                        step.run(random);
                                    }
                                    return 20_000;
                                }));
            }
            assertTimeoutPreemptively(
                    PATIENCE,
                    () -> {
                        for (Future<Integer> run : runs) {
                            assertEquals(20_000, run.get());
                        }
                    },
                    () -> "seed " + seed);
        } catch (AssertionError | Exception failure) {
            throw new AssertionError("seed " + seed, failure);
        } finally {
            executor.shutdownNow();
        }
    }

    private static long heapInUse() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}

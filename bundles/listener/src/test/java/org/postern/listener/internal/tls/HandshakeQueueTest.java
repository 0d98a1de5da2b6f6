package org.postern.listener.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.queue.CheckBounds;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionEvent;
import org.postern.api.session.SessionInfo;
import org.postern.testkit.limits.ClientSessions;

class HandshakeQueueTest {
    private static final int SECONDS = 20;

    // One at a time, so that the order of what is computed is that of the queue.
    private final HandshakeQueue queue = new HandshakeQueue(new CheckBounds(1, 6));
    private final ClientSessions sessions = new ClientSessions();
    private final CountDownLatch held = new CountDownLatch(1);
    private final BlockingQueue<String> computed = new LinkedBlockingQueue<>();

    @BeforeEach
    void holdTheThread() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        queue.of(ClientSessions.address("192.0.2.99"))
                .execute(
                        () -> {
                            begun.countDown();
                            await(held);
                        });
        await(begun);
    }

    @AfterEach
    void close() throws InterruptedException {
        held.countDown();
        queue.close();
    }

    @Test
    void whoHasLoggedInDoesNotWaitForAThousandStrangers() throws Exception {
        queue.handle(
                new SessionEvent.LoggedIn(session("192.0.2.1"), ClientSessions.account("anna")));
        for (int i = 10; i < 14; i++) {
            compute("192.0.2." + i);
        }
        compute("192.0.2.1");
        assertEquals(
                List.of("192.0.2.1", "192.0.2.10", "192.0.2.11", "192.0.2.12", "192.0.2.13"),
                inOrder(5));
    }

    @Test
    void whoeverFailsIsALineOfItsOwn() throws Exception {
        queue.handle(
                new SessionEvent.LoginFailed(session("192.0.2.10"), Optional.empty(), "declined"));
        queue.handle(
                new SessionEvent.Closed(
                        session("192.0.2.11"),
                        SessionEnd.TLS_FAILED,
                        "",
                        new SessionEvent.SessionTotals(0, 0, 0, 0, Duration.ZERO)));
        compute("192.0.2.10");
        compute("192.0.2.11");
        compute("192.0.2.12");
        compute("192.0.2.13");
        // The lines take turns, and that of who fails is next: a stranger came before.
        assertEquals(List.of("192.0.2.10", "192.0.2.12", "192.0.2.11", "192.0.2.13"), inOrder(4));
    }

    @Test
    void sourcesTakeTurns() throws Exception {
        compute("192.0.2.10");
        compute("192.0.2.10");
        compute("192.0.2.10");
        compute("192.0.2.11");
        assertEquals(List.of("192.0.2.10", "192.0.2.11", "192.0.2.10", "192.0.2.10"), inOrder(4));
    }

    @Test
    void whoHasNoPlaceHearsIt() {
        for (int i = 0; i < 3; i++) {
            compute("192.0.2.10");
        }
        assertThrows(RejectedExecutionException.class, () -> compute("192.0.2.10"));
    }

    @Test
    void aHandshakeThatThrowsKeepsNobodyOut() throws Exception {
        queue.of(ClientSessions.address("192.0.2.10"))
                .execute(
                        () -> {
                            throw new IllegalStateException("on purpose");
                        });
        compute("192.0.2.11");
        assertEquals(List.of("192.0.2.11"), inOrder(1));
    }

    private void compute(String client) {
        queue.of(ClientSessions.address(client)).execute(() -> computed.add(client));
    }

    private List<String> inOrder(int count) throws InterruptedException {
        held.countDown();
        String[] order = new String[count];
        for (int i = 0; i < count; i++) {
            order[i] = computed.poll(SECONDS, TimeUnit.SECONDS);
        }
        return List.of(order);
    }

    private SessionInfo session(String client) {
        return sessions.from(ClientSessions.address(client));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}

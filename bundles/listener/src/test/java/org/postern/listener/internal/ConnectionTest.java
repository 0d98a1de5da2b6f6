package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.protocol.Connection;
import org.postern.api.protocol.OutputBuffer;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionId;
import org.postern.listener.internal.Bench.Client;

/** Octets in, octets out, and every way in which a connection ends. */
@ParameterizedClass(name = "epoll {0}")
@ValueSource(booleans = {true, false})
final class ConnectionTest {
    private final boolean epoll;

    ConnectionTest(boolean epoll) {
        this.epoll = epoll;
    }

    private Bench bench() {
        return new Bench(epoll, Bench.PATIENT);
    }

    /** Takes lines one by one, and answers each on a worker while it is paused. */
    private static class LineSession extends TestSession {
        private final StringBuilder line = new StringBuilder();

        LineSession(Connection connection) {
            super(connection);
        }

        @Override
        public void input(ByteBuffer input) {
            while (input.hasRemaining()) {
                char octet = (char) (input.get() & 0xFF);
                line.append(octet);
                if (octet == '\n') {
                    String command = line.toString();
                    line.setLength(0);
                    connection.pause();
                    boolean accepted = connection.work(() -> answer(command));
                    assertTrue(accepted);
                    return;
                }
            }
        }

        void answer(String command) {
            connection.execute(
                    () -> {
                        send("+OK " + command);
                        if (command.startsWith("QUIT")) {
                            connection.close(SessionEnd.QUIT, "");
                        }
                        connection.resume();
                    });
        }
    }

    /** Sends as much as it may, for ever or up to a number of octets. */
    private static final class Torrent extends TestSession {
        final AtomicInteger sent = new AtomicInteger();
        private final int octets;

        Torrent(Connection connection, int octets) {
            super(connection);
            this.octets = octets;
        }

        @Override
        public void input(ByteBuffer input) {
            text(input);
            writable();
        }

        @Override
        public void writable() {
            while (connection.writable() && sent.get() < octets) {
                OutputBuffer output = connection.allocate();
                while (output.bytes().hasRemaining() && sent.get() < octets) {
                    output.bytes().put((byte) (sent.getAndIncrement() % 251));
                }
                connection.send(output);
            }
        }
    }

    @Test
    void greetsAndEchoes() throws Exception {
        try (Bench bench = bench()) {
            bench.serving(
                    connection -> {
                        TestSession session = new TestSession(connection);
                        session.send("+OK\r\n");
                        return session;
                    });
            try (Client client = bench.connect()) {
                assertEquals("+OK\r\n", client.read(5));
                client.send("abc");
                assertEquals("abc", client.read(3));
                TestSession session = bench.session();
                assertTrue(session.connection.passwordsAllowed());
                assertEquals("test", session.connection.listener().name());
                assertEquals("test", session.connection.session().info().listener());
                assertTrue(
                        session.connection
                                .session()
                                .info()
                                .source()
                                .getAddress()
                                .isLoopbackAddress());
                assertEquals(bench.port(), session.connection.session().info().local().getPort());
                assertEquals(1, bench.listener.report().sessions());
            }
            assertEquals(SessionEnd.DISCONNECTED, bench.end().end());
        }
    }

    @Test
    void segmentsOfOneOctet() throws Exception {
        try (Bench bench = bench().serving(LineSession::new);
                Client client = bench.connect()) {
            for (char octet : "NOOP one\r\nNOOP two\r\n".toCharArray()) {
                client.send(String.valueOf(octet));
            }
            assertEquals("+OK NOOP one\r\n+OK NOOP two\r\n", client.read(28));
        }
    }

    @Test
    void pipelinedLinesAreAnsweredInOrder() throws Exception {
        try (Bench bench = bench().serving(LineSession::new);
                Client client = bench.connect()) {
            StringBuilder commands = new StringBuilder();
            StringBuilder replies = new StringBuilder();
            for (int i = 0; i < 2_000; i++) {
                commands.append("COMMAND ").append(i).append("\r\n");
                replies.append("+OK COMMAND ").append(i).append("\r\n");
            }
            client.send(commands.toString());
            assertEquals(replies.toString(), client.read(replies.length()));
        }
    }

    @Test
    void octetsBeforeTheEndAreDeliveredFirst() throws Exception {
        try (Bench bench = bench().serving(LineSession::new);
                Client client = bench.connect()) {
            client.send("NOOP\r\nQUIT\r\n");
            client.finish();
            assertEquals("+OK NOOP\r\n+OK QUIT\r\n", client.rest());
            assertEquals(SessionEnd.QUIT, bench.end().end());
        }
    }

    /**
     * Answers the first input with two long replies, each begun when there has been nothing to do
     * for a while, and closes.
     */
    private static final class LongReplies extends TestSession {
        /** More than the kernel's buffers at both ends take. */
        static final int OCTETS = 8 * 1024 * 1024;

        private static final Duration WHILE = Duration.ofMillis(50);

        /** An entry for each reply that is stuck: the client has not read it for a while. */
        final BlockingQueue<Integer> stuck = new LinkedBlockingQueue<>();

        private int begun;
        private int left;

        LongReplies(Connection connection) {
            super(connection);
        }

        @Override
        public void input(ByteBuffer input) {
            text(input);
            connection.pause();
            connection.schedule(this::begin, WHILE);
        }

        private void begin() {
            begun++;
            left = OCTETS;
            writable();
            watch(left);
        }

        private void watch(int before) {
            int reply = begun;
            connection.schedule(
                    () -> {
                        if (left == before) {
                            stuck.add(reply);
                        } else {
                            watch(left);
                        }
                    },
                    WHILE);
        }

        @Override
        public void writable() {
            while (left > 0 && connection.writable()) {
                OutputBuffer output = connection.allocate();
                while (left > 0 && output.bytes().hasRemaining()) {
                    output.bytes().put((byte) (left-- % 251));
                }
                connection.send(output);
                if (left == 0 && begun == 1) {
                    connection.schedule(this::begin, WHILE);
                } else if (left == 0) {
                    connection.close(SessionEnd.QUIT, "");
                }
            }
        }
    }

    @Test
    void whoClosesFirstAndReadsLaterGetsAllReplies() throws Exception {
        try (Bench bench = bench().serving(LongReplies::new);
                Client client = bench.connect()) {
            client.socket.setReceiveBufferSize(32 * 1024);
            client.send("RETR 1\r\nQUIT\r\n");
            client.finish();
            LongReplies session = (LongReplies) bench.session();
            for (int reply = 1; reply <= 2; reply++) {
                assertEquals(reply, Bench.next(session.stuck));
                byte[] octets = client.socket.getInputStream().readNBytes(LongReplies.OCTETS);
                assertEquals(LongReplies.OCTETS, octets.length, "of reply " + reply);
                for (int i = 0; i < octets.length; i++) {
                    if (octets[i] != (byte) ((LongReplies.OCTETS - i) % 251)) {
                        throw new AssertionError("octet " + i + " is wrong");
                    }
                }
            }
            assertEquals("", client.rest());
            assertEquals(SessionEnd.QUIT, bench.end().end());
        }
    }

    @Test
    void theClientsEndIsHeardWhenNothingIsUnderWay() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (Bench bench = bench()) {
            bench.serving(
                    connection ->
                            new LineSession(connection) {
                                @Override
                                public void input(ByteBuffer input) {
                                    String command = text(input);
                                    // Not paused: only the work is under way.
                                    assertTrue(
                                            connection.work(
                                                    () -> {
                                                        awaitLatch(release);
                                                        answer(command);
                                                    }));
                                }
                            });
            try (Client client = bench.connect()) {
                TestSession session = bench.session();
                client.send("RETR 1\r\n");
                client.finish();
                CompletableFuture<Void> later = new CompletableFuture<>();
                session.connection.execute(
                        () ->
                                session.connection.schedule(
                                        () -> later.complete(null), Duration.ofMillis(50)));
                later.get(20, TimeUnit.SECONDS);
                assertFalse(session.ended.isDone(), "ended under its work");
                release.countDown();
                assertEquals("+OK RETR 1\r\n", client.rest());
                assertEquals(SessionEnd.DISCONNECTED, bench.end().end());
                assertEquals(SessionEnd.DISCONNECTED, session.ended.get(20, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void muchInputBeforeTheEndWhilePausedIsKept() throws Exception {
        try (Bench bench = bench()) {
            bench.serving(
                    connection -> {
                        connection.pause();
                        return new TestSession(connection);
                    });
            try (Client client = bench.connect()) {
                TestSession session = bench.session();
                String text = "0123456789abcdef".repeat(512);
                client.send(text);
                client.finish();
                // epoll reads all of it at the client's end, paused or not; the selector does not.
                session.connection.execute(
                        () ->
                                session.connection.schedule(
                                        session.connection::resume, Duration.ofMillis(50)));
                assertEquals(text, client.rest());
                assertEquals(SessionEnd.DISCONNECTED, bench.end().end());
            }
        }
    }

    @Test
    void whatIsLeftComesAgain() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (Bench bench = bench()) {
            bench.serving(
                    connection ->
                            new TestSession(connection) {
                                @Override
                                public void input(ByteBuffer input) {
                                    calls.incrementAndGet();
                                    send(new byte[] {input.get()});
                                }
                            });
            try (Client client = bench.connect()) {
                client.send("abcdef");
                assertEquals("abcdef", client.read(6));
                assertEquals(6, calls.get());
            }
        }
    }

    @Test
    void takingNothingIsAFailure() throws Exception {
        try (Bench bench = bench()) {
            bench.serving(
                    connection ->
                            new TestSession(connection) {
                                @Override
                                public void input(ByteBuffer input) {}
                            });
            try (Client client = bench.connect()) {
                client.send("a");
                assertTrue(client.isOver());
                assertEquals(SessionEnd.FAILED, bench.end().end());
            }
        }
    }

    @Test
    void whileItIsPausedTheSocketIsNotRead() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (Bench bench = bench()) {
            bench.serving(
                    connection ->
                            new TestSession(connection) {
                                @Override
                                public void input(ByteBuffer input) {
                                    seen.add(text(input));
                                    connection.pause();
                                }
                            });
            try (Client client = bench.connect()) {
                TestSession session = bench.session();
                client.send("a");
                assertEquals("a", Bench.next(seen));
                client.send("b");
                CompletableFuture<Integer> heard = new CompletableFuture<>();
                session.connection.execute(
                        () ->
                                session.connection.schedule(
                                        () -> {
                                            heard.complete(seen.size());
                                            session.connection.resume();
                                        },
                                        Duration.ofMillis(50)));
                assertEquals(0, heard.get(20, TimeUnit.SECONDS));
                assertEquals("b", Bench.next(seen));
            }
        }
    }

    @Test
    void aReaderThatDoesNotReadHoldsALittleMemory() throws Exception {
        int octets = 32 * 1024 * 1024;
        try (Bench bench = bench()) {
            bench.serving(connection -> new Torrent(connection, octets));
            try (Client client = bench.connect()) {
                Torrent session = (Torrent) bench.session();
                client.send("RETR 1\r\n");
                Bench.await(
                        "the socket is full",
                        () -> session.sent.get() > 0 && bench.engine.outputs().outstanding() > 1);
                int most = Connection.WRITE_HIGH_WATER / OutputBuffer.CAPACITY + 1;
                byte[] read = new byte[64 * 1024];
                int total = 0;
                while (total < octets) {
                    assertTrue(bench.engine.outputs().outstanding() <= most);
                    int count = client.socket.getInputStream().read(read);
                    for (int i = 0; i < count; i++) {
                        if (read[i] != (byte) ((total + i) % 251)) {
                            throw new AssertionError("octet " + (total + i) + " is wrong");
                        }
                    }
                    total += count;
                }
            }
        }
    }

    @Test
    void whoReadsNoRepliesIsNotServedFurther() throws Exception {
        AtomicInteger commands = new AtomicInteger();
        try (Bench bench = bench()) {
            bench.serving(
                    connection ->
                            new TestSession(connection) {
                                @Override
                                public void input(ByteBuffer input) {
                                    input.get();
                                    commands.incrementAndGet();
                                    send(new byte[OutputBuffer.CAPACITY]);
                                }
                            });
            try (Client client = bench.connect()) {
                int sent = 4_000;
                client.send("x".repeat(sent));
                TestSession session = bench.session();
                Bench.await("the socket is full", () -> bench.engine.outputs().outstanding() >= 2);
                CompletableFuture<Integer> outstanding = new CompletableFuture<>();
                session.connection.execute(
                        () ->
                                session.connection.schedule(
                                        () ->
                                                outstanding.complete(
                                                        bench.engine.outputs().outstanding()),
                                        Duration.ofMillis(100)));
                int most = Connection.WRITE_HIGH_WATER / OutputBuffer.CAPACITY + 1;
                assertTrue(outstanding.get(20, TimeUnit.SECONDS) <= most);
                assertTrue(commands.get() < sent);
                client.socket.getInputStream().skipNBytes((long) sent * OutputBuffer.CAPACITY);
                assertEquals(sent, commands.get());
            }
        }
    }

    @Test
    void aReaderThatStallsIsTimedOut() throws Exception {
        Timing timing = TimingBuilder.patient().stall(Duration.ofMillis(300)).build();
        try (Bench bench = new Bench(epoll, timing)) {
            bench.serving(connection -> new Torrent(connection, Integer.MAX_VALUE));
            try (Client client = bench.connect()) {
                client.send("RETR 1\r\n");
                assertEquals(SessionEnd.STALLED, bench.end().end());
                assertEquals(SessionEnd.STALLED, bench.session().ended.get(20, TimeUnit.SECONDS));
                Bench.await("its memory", () -> bench.engine.outputs().outstanding() == 0);
            }
        }
    }

    @Test
    void closingDoesNotWaitForWhoDoesNotRead() throws Exception {
        Timing timing = TimingBuilder.patient().linger(Duration.ofMillis(200)).build();
        try (Bench bench = new Bench(epoll, timing)) {
            bench.serving(
                    connection ->
                            new TestSession(connection) {
                                @Override
                                public void input(ByteBuffer input) {
                                    text(input);
                                    for (int i = 0; i < 400; i++) {
                                        send(new byte[OutputBuffer.CAPACITY]);
                                    }
                                    connection.close(SessionEnd.QUIT, "");
                                }
                            });
            try (Client client = bench.connect()) {
                client.send("QUIT\r\n");
                assertEquals(SessionEnd.STALLED, bench.end().end());
            }
        }
    }

    @Test
    void theLastReplyArrivesAlthoughMoreWasSaid() throws Exception {
        try (Bench bench = bench().serving(LineSession::new);
                Client client = bench.connect()) {
            client.send("QUIT\r\n" + "and more\r\n".repeat(1_000));
            assertEquals("+OK QUIT\r\n", client.rest());
            assertEquals(SessionEnd.QUIT, bench.end().end());
        }
    }

    @Test
    void afterTheLastReplyTheClientsEndIsNotWaitedForLong() throws Exception {
        try (Bench bench = bench().serving(LineSession::new);
                Client client = bench.connect()) {
            client.send("QUIT\r\n");
            assertEquals("+OK QUIT\r\n", client.rest());
            // The client's socket stays open; the server's goes all the same.
            Bench.await("the socket is gone", () -> bench.engine.connections() == 0);
        }
    }

    @Test
    void silenceEndsWithIdle() throws Exception {
        try (Bench bench = bench()) {
            bench.serving(
                    connection -> {
                        connection.idleTimeout(Duration.ofMillis(50));
                        return new TestSession(connection);
                    });
            try (Client client = bench.connect()) {
                assertEquals("", client.rest());
                assertEquals(SessionEnd.IDLE, bench.end().end());
            }
        }
    }

    @Test
    void silenceWhilePausedIsNotTheClients() throws Exception {
        try (Bench bench = bench()) {
            bench.serving(
                    connection -> {
                        connection.idleTimeout(Duration.ofMillis(50));
                        connection.pause();
                        connection.schedule(
                                () -> connection.close(SessionEnd.QUIT, "not idle"),
                                Duration.ofMillis(300));
                        return new TestSession(connection);
                    });
            try (Client client = bench.connect()) {
                assertEquals("", client.rest());
                assertEquals(new FakeSessions.End(SessionEnd.QUIT, "not idle"), bench.end());
            }
        }
    }

    @Test
    void kickedEndsAtOnce() throws Exception {
        try (Bench bench = bench().serving(TestSession::new);
                Client client = bench.connect()) {
            bench.session();
            SessionId id = bench.sessions.live.keySet().iterator().next();
            assertTrue(bench.sessions.kick(id));
            assertTrue(client.isOver());
            assertEquals(SessionEnd.KICKED, bench.end().end());
            bench.sessions.kick(id);
        }
    }

    @Test
    void resetIsDisconnected() throws Exception {
        try (Bench bench = bench().serving(TestSession::new);
                Client client = bench.connect()) {
            TestSession session = bench.session();
            client.reset();
            assertEquals(SessionEnd.DISCONNECTED, bench.end().end());
            assertEquals(SessionEnd.DISCONNECTED, session.ended.get(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void whatAProtocolThrowsEndsItsConnectionAlone() throws Exception {
        try (Bench bench = bench()) {
            bench.serving(
                    connection ->
                            new TestSession(connection) {
                                @Override
                                public void input(ByteBuffer input) {
                                    String command = text(input);
                                    switch (command) {
                                        case "input" -> throw new IllegalStateException(command);
                                        case "error" -> throw new NoClassDefFoundError(command);
                                        case "task" -> connection.execute(TestSession::fail);
                                        case "timer" ->
                                                connection.schedule(
                                                        TestSession::fail, Duration.ofMillis(1));
                                        case "work" ->
                                                assertTrue(connection.work(TestSession::fail));
                                        default -> send(command);
                                    }
                                }
                            });
            try (Client other = bench.connect()) {
                other.send("a");
                assertEquals("a", other.read(1));
                for (String where : new String[] {"input", "error", "task", "timer", "work"}) {
                    try (Client client = bench.connect()) {
                        client.send(where);
                        assertTrue(client.isOver(), where);
                        FakeSessions.End end = bench.end();
                        assertEquals(SessionEnd.FAILED, end.end(), where);
                        assertFalse(end.detail().contains(where), "a message got into the detail");
                    }
                }
                other.send("b");
                assertEquals("b", other.read(1));
            }
        }
    }

    @Test
    void whatAProtocolThrowsWhenOpenedEndsItsConnection() throws Exception {
        try (Bench bench = bench()) {
            bench.serving(
                    connection -> {
                        TestSession.fail();
                        return new TestSession(connection);
                    });
            try (Client client = bench.connect()) {
                assertTrue(client.isOver());
                assertEquals(SessionEnd.FAILED, bench.end().end());
            }
        }
    }

    @Test
    void workAndTasksStillRunAfterTheEnd() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<String> worker = new CompletableFuture<>();
        CompletableFuture<String> loop = new CompletableFuture<>();
        try (Bench bench = bench()) {
            bench.serving(
                    connection ->
                            new TestSession(connection) {
                                @Override
                                public void input(ByteBuffer input) {
                                    text(input);
                                    assertTrue(
                                            connection.work(
                                                    () -> {
                                                        awaitLatch(release);
                                                        connection.execute(
                                                                () -> {
                                                                    send("too late");
                                                                    loop.complete(name());
                                                                });
                                                    }));
                                    assertTrue(connection.work(() -> worker.complete(name())));
                                }
                            });
            try (Client client = bench.connect()) {
                client.send("a");
                bench.session();
                Bench.await("at work", () -> !bench.sessions.live.isEmpty());
                client.reset();
                if (epoll) {
                    assertEquals(SessionEnd.DISCONNECTED, bench.end().end());
                }
            }
            release.countDown();
            assertTrue(loop.get(20, TimeUnit.SECONDS).startsWith("postern-loop-"));
            assertTrue(worker.get(20, TimeUnit.SECONDS).startsWith("postern-worker-"));
        }
    }

    @Test
    void callsFromAnotherThreadAreRefused() throws Exception {
        try (Bench bench = bench().serving(TestSession::new);
                Client client = bench.connect()) {
            Connection connection = bench.session().connection;
            assertThrows(IllegalStateException.class, connection::pause);
            client.send("a");
            assertEquals("a", client.read(1));
        }
    }

    @Test
    void aBufferIsSentOnce() throws Exception {
        try (Bench bench = bench()) {
            bench.serving(
                    connection ->
                            new TestSession(connection) {
                                @Override
                                public void input(ByteBuffer input) {
                                    OutputBuffer output = connection.allocate();
                                    output.bytes().put(input);
                                    connection.send(output);
                                    output.release();
                                    connection.send(output);
                                }
                            });
            try (Client client = bench.connect()) {
                client.send("a");
                assertTrue(client.rest().length() <= 1);
                assertEquals(SessionEnd.FAILED, bench.end().end());
            }
        }
    }

    @Test
    void drainingSessionsEndThemselvesOrAreEnded() throws Exception {
        Timing timing = TimingBuilder.patient().drain(Duration.ofMillis(200)).build();
        Bench bench = new Bench(epoll, timing);
        bench.serving(
                connection ->
                        new TestSession(connection) {
                            @Override
                            public void input(ByteBuffer input) {
                                stubborn = text(input).equals("stay");
                                send("ok");
                            }

                            private boolean stubborn;

                            @Override
                            public void drain() {
                                drained.complete(null);
                                if (!stubborn) {
                                    send("bye");
                                    connection.close(SessionEnd.QUIT, "drained");
                                }
                            }
                        });
        try (Client goes = bench.connect();
                Client stays = bench.connect()) {
            goes.send("go");
            assertEquals("ok", goes.read(2));
            stays.send("stay");
            assertEquals("ok", stays.read(2));
            bench.close();
            assertEquals("bye", goes.rest());
            assertTrue(stays.isOver());
            assertEquals(new FakeSessions.End(SessionEnd.QUIT, "drained"), bench.end());
            assertEquals(SessionEnd.DRAINED, bench.end().end());
            assertTrue(bench.session().drained.isDone());
            assertTrue(bench.session().drained.isDone());
        }
    }

    @Test
    void manySmallRepliesLeaveTogetherAndInOrder() throws Exception {
        try (Bench bench = bench()) {
            bench.serving(
                    connection ->
                            new TestSession(connection) {
                                @Override
                                public void input(ByteBuffer input) {
                                    while (input.hasRemaining()) {
                                        send(new byte[] {input.get()});
                                    }
                                }
                            });
            try (Client client = bench.connect()) {
                String text = "abcdefghij".repeat(1_000);
                client.socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
                assertEquals(text, client.read(text.length()));
            }
        }
    }

    private static String name() {
        return Thread.currentThread().getName();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}

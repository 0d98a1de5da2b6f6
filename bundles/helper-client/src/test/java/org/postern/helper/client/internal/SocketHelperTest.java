package org.postern.helper.client.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.auth.queue.CheckBounds;
import org.postern.api.helper.HelperException;
import org.postern.api.helper.HelperMethod;
import org.postern.api.helper.ListeningSocket;
import org.postern.api.net.TlsLevel;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;
import org.postern.posix.NativePosix;
import org.postern.testkit.posix.MessageServer;
import org.slf4j.helpers.NOPLogger;

/** Logins, status and sockets over a real socket, and everything that can go wrong with one. */
final class SocketHelperTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path temporary;
    private final AtomicLong clock = new AtomicLong();
    private Path path;
    private Posix posix;
    private long self;
    private SocketHelper client;

    @BeforeEach
    void open() throws IOException {
        posix = NativePosix.open(Path.of("target", "posix"));
        self = posix.privileges().effectiveUser();
        path = temporary.resolve("socket");
        client = client(posix, self);
    }

    @AfterEach
    void close() {
        client.close();
    }

    private SocketHelper client(Posix system, long server) throws PosixException {
        return new SocketHelper(
                system,
                server,
                ReplyPoller.start(posix),
                new ScheduledThreadPoolExecutor(1),
                clock::get);
    }

    private static AuthenticationRequest request(byte[] password, Duration deadline) {
        return request("198.51.100.7", password, deadline);
    }

    private static AuthenticationRequest request(
            String source, byte[] password, Duration deadline) {
        return new AuthenticationRequest(
                Mechanism.PASSWORD,
                UserName.of("alice"),
                Optional.empty(),
                new Secret(password),
                new InetSocketAddress(source, 40000),
                new InetSocketAddress("192.0.2.1", 110),
                TlsLevel.NONE,
                deadline);
    }

    private AuthenticationAttempt begin(String source, Duration deadline) {
        return client.authenticate(
                HelperMethod.SHADOW,
                "shadow",
                request(source, "s3cret".getBytes(US_ASCII), deadline));
    }

    private AuthenticationAttempt begin(Duration deadline) {
        return client.authenticate(
                HelperMethod.SHADOW, "shadow", request("s3cret".getBytes(US_ASCII), deadline));
    }

    private static AuthenticationOutcome outcome(AuthenticationAttempt attempt) throws Exception {
        return attempt.outcome().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private AuthenticationOutcome ask() throws Exception {
        return outcome(begin(PATIENCE));
    }

    private void assertUnavailable(String why) throws Exception {
        Unavailable unavailable = assertInstanceOf(Unavailable.class, ask());
        assertTrue(unavailable.reason().contains(why), unavailable.reason());
        assertFalse(client.status().reachable());
        assertTrue(client.status().detail().contains(why), client.status().detail());
    }

    private static long openDescriptors() throws IOException {
        try (var list = Files.list(Path.of("/proc/self/fd"))) {
            return list.count();
        }
    }

    @Test
    void anAcceptedLoginsConnectionIsItsMail() throws Exception {
        Path inbox = Files.writeString(temporary.resolve("inbox"), "content");
        long owner = self == 0 ? 1001 : self;
        Files.setAttribute(inbox, "unix:uid", (int) owner);
        FakeHelper.Script agent =
                connection -> {
                    byte[] accepted = Golden.octets("login-accepted");
                    ByteBuffer.wrap(accepted).putInt(34, (int) owner);
                    connection.send(accepted);
                    while (connection.receive().isPresent()) {
                        connection.sendWithFile("open-mailbox-reply", inbox);
                    }
                };
        try (FakeHelper helper = FakeHelper.answering(path, agent)) {
            client.use(path);
            Accepted accepted = assertInstanceOf(Accepted.class, ask());
            assertEquals(UserName.of("alice"), accepted.account().name());
            assertEquals("shadow", accepted.account().backend());
            MailStorage storage = accepted.mail().open();
            // A session goes on when this bundle is replaced.
            client.close();
            try (FileHandle handle = storage.openMailbox().orElseThrow()) {
                ByteBuffer content = ByteBuffer.allocateDirect(16);
                assertEquals(7, handle.read(content, 0));
                storage.close();
                helper.awaitEnd();
                assertEquals(owner, handle.status().owner());
            }
        }
    }

    @Test
    void mailGivenUpEndsTheAgent() throws Exception {
        try (FakeHelper helper =
                FakeHelper.answering(
                        path,
                        connection -> {
                            connection.send("login-accepted");
                            connection.awaitEnd();
                        })) {
            client.use(path);
            assertInstanceOf(Accepted.class, ask()).mail().close();
            helper.awaitEnd();
        }
    }

    @Test
    void loginsAreSentAsWritten() throws Exception {
        List<byte[]> received = Collections.synchronizedList(new ArrayList<>());
        try (FakeHelper helper =
                FakeHelper.start(
                        path,
                        connection -> {
                            connection.receive().ifPresent(received::add);
                            connection.send("login-declined");
                        })) {
            BufferPool pool = new BufferPool(Requests.LONGEST_LOGIN, 1);
            ReplyPoller poller = ReplyPoller.start(posix);
            var timer = new ScheduledThreadPoolExecutor(1);
            byte[] password =
                    new byte[] {'w', 'o', 'n', 'd', 'e', 'r', (byte) 0xE4, 'l', 'a', 'n', 'd'};
            Question<Verdict> question =
                    new Question<>(
                            new HelperSocket(posix, path, self),
                            poller,
                            timer,
                            pool,
                            new LoginExchange(HelperMethod.SHADOW, request(password, PATIENCE)));
            question.begin(PATIENCE);
            assertEquals(
                    new Answer.Given<>(new Verdict.Declined()),
                    question.answer().get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            assertArrayEquals(Golden.octets("login"), received.get(0), "" + helper);
            ByteBuffer used = pool.take().clear();
            while (used.hasRemaining()) {
                assertEquals(0, used.get(), "wiped");
            }
            poller.close();
            timer.shutdownNow();
        }
    }

    @Test
    void saysWhereTheHelperIsMissed() throws Exception {
        client.use(path);
        assertUnavailable("no socket at " + path + ": start postern-helper");
        MessageServer.listen(path, 1).close();
        assertUnavailable("nobody listens at " + path);
        Files.delete(path);
        try (MessageServer streams = MessageServer.listenForStreams(path)) {
            assertUnavailable("not the helper's kind of socket");
            assertTrue(Files.exists(path), "" + streams);
        }
    }

    @Test
    void saysWhatStandsInTheWay() throws Exception {
        for (var expected :
                List.of(
                        List.of(Errno.EACCES, "see \"peer\" in helper.conf"),
                        List.of(Errno.EMFILE, "LimitNOFILE"),
                        List.of(Errno.EIO, "cannot connect"))) {
            Posix failing = failing((Errno) expected.get(0));
            SocketHelper helper = client(failing, self);
            helper.use(path);
            Unavailable outcome =
                    assertInstanceOf(
                            Unavailable.class,
                            outcome(
                                    helper.authenticate(
                                            HelperMethod.PAM,
                                            "pam",
                                            request(new byte[1], PATIENCE))));
            String reason = (String) expected.get(1);
            assertTrue(outcome.reason().contains(reason), outcome.reason());
            assertEquals(outcome.reason(), helper.status().detail());
            helper.close();
        }
    }

    private static Posix failing(Errno errno) {
        return (Posix)
                Proxy.newProxyInstance(
                        Posix.class.getClassLoader(),
                        new Class<?>[] {Posix.class},
                        (proxy, method, arguments) -> {
                            throw new PosixException(method.getName(), errno);
                        });
    }

    @Test
    void aPasswordIsForRootAlone() throws Exception {
        AtomicInteger heard = new AtomicInteger();
        try (FakeHelper helper =
                FakeHelper.start(
                        path,
                        connection -> {
                            while (connection.receive().isPresent()) {
                                heard.incrementAndGet();
                            }
                        })) {
            client.close();
            client = client(posix, self + 1);
            client.use(path);
            helper.awaitEnd();
            assertUnavailable("runs as uid " + self + " and not as " + (self + 1));
            helper.awaitEnd();
            assertEquals(0, heard.get());
        }
    }

    /** The helper closes before it has read anything, which the kernel tells in its own order. */
    @Test
    void aRefusalIsReadWhateverBecameOfTheRequest() throws Exception {
        try (FakeHelper helper =
                FakeHelper.start(path, connection -> connection.send("refused-peer"))) {
            client.use(path);
            for (int i = 0; i < 200; i++) {
                assertUnavailable("make it the \"peer\" of helper.conf");
            }
            assertTrue(Files.exists(path), "" + helper);
        }
        try (FakeHelper helper =
                FakeHelper.start(path, connection -> connection.send("refused-version"))) {
            assertUnavailable("speaks version 2 of the protocol and this bundle version 1");
            assertTrue(Files.exists(path), "" + helper);
        }
    }

    private void assertEnds(FakeHelper.Script logins, String why) throws Exception {
        try (FakeHelper helper = FakeHelper.answering(path, logins)) {
            client.use(path);
            Unavailable outcome = assertInstanceOf(Unavailable.class, ask(), "" + helper);
            assertTrue(outcome.reason().contains(why), outcome.reason());
        }
    }

    @Test
    void whatIsNoReplyEndsTheLogin() throws Exception {
        assertEnds(connection -> {}, "without an answer");
        assertEnds(connection -> connection.send(new byte[] {'P'}), "no reply");
        assertEnds(connection -> connection.send("status-reply"), "another request");
        assertEnds(connection -> connection.send(Golden.octets("login-declined", 2)), "sequence");
        byte[] accepted = Golden.octets("login-accepted");
        assertEnds(
                connection -> {
                    connection.send(Arrays.copyOf(accepted, 20));
                    connection.send(Arrays.copyOfRange(accepted, 20, accepted.length));
                },
                "no reply");
        byte[] root = accepted.clone();
        ByteBuffer.wrap(root).putInt(34, 0);
        assertEnds(connection -> connection.send(root), "nobody's or root's");
        byte[] format = accepted.clone();
        format[format.length - 1] = 3;
        assertEnds(connection -> connection.send(format), "out of range");
        byte[] nul = accepted.clone();
        nul[25] = 0;
        assertEnds(connection -> connection.send(nul), "a NUL in a name");
        assertEnds(connection -> connection.send(new byte[70_000]), "more than a reply holds");
        byte[] verdict = Golden.octets("login-declined");
        verdict[20] = 3;
        assertEnds(connection -> connection.send(verdict), "out of range");
        byte[] bare = Golden.octets("login-declined");
        bare[20] = 0;
        assertEnds(connection -> connection.send(bare), "too few items");
    }

    @Test
    void descriptorsNobodyAskedForAreClosed() throws Exception {
        Path file = Files.writeString(temporary.resolve("file"), "content");
        try (MessageServer tool = MessageServer.listen(temporary.resolve("tool"), 1)) {
            int[] one = {tool.open(file, false)};
            int[] many = new int[MessageSocket.MAX_DESCRIPTORS + 1];
            Arrays.fill(many, one[0]);
            for (int[] surplus : List.of(one, many)) {
                long before = openDescriptors();
                assertEnds(
                        connection -> {
                            connection.send("login-accepted", surplus);
                            connection.awaitEnd();
                        },
                        surplus == one ? "nobody asked for" : "more than a reply holds");
                Waiting.until(() -> descriptorsAre(before), "descriptors are closed");
            }
            tool.close(one);
        }
    }

    private static boolean descriptorsAre(long count) {
        try {
            return openDescriptors() == count;
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void silenceLastsUntilTheDeadline() throws Exception {
        try (FakeHelper helper = FakeHelper.answering(path, FakeHelper.Connection::awaitEnd)) {
            client.use(path);
            Unavailable late =
                    assertInstanceOf(Unavailable.class, outcome(begin(Duration.ofMillis(50))));
            assertTrue(late.reason().contains("not answered in time"), late.reason());
            helper.awaitEnd();
            AuthenticationAttempt cancelled = begin(PATIENCE);
            cancelled.cancel();
            assertEquals(new Unavailable("cancelled"), outcome(cancelled));
            helper.awaitEnd();
            // A slow check says nothing about the helper.
            Waiting.until(() -> client.status().reachable(), "reachable");
        }
    }

    @Test
    void sourcesTakeTurnsAtTheHelper() throws Exception {
        client.allow(new CheckBounds(1, 100));
        CountDownLatch go = new CountDownLatch(1);
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        FakeHelper.Script declining =
                connection -> {
                    awaitQuietly(go);
                    connection.send("login-declined");
                };
        FakeHelper.Script noting =
                connection -> {
                    byte[] request = connection.receive().orElseThrow();
                    if (FakeHelper.type(request) == FakeHelper.STATUS) {
                        connection.send("status-reply");
                        return;
                    }
                    byte[] source = FakeHelper.items(request).get(Tag.SOURCE.number());
                    asked.add(InetAddress.getByAddress(source).getHostAddress());
                    declining.serve(connection);
                };
        try (FakeHelper helper = FakeHelper.start(path, noting)) {
            client.use(path);
            List<AuthenticationAttempt> attempts = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                attempts.add(begin("198.51.100.7", PATIENCE));
            }
            AuthenticationAttempt other = begin("203.0.113.9", PATIENCE);
            AuthenticationAttempt late = begin("203.0.113.10", Duration.ofMillis(1));
            Unavailable waited = assertInstanceOf(Unavailable.class, outcome(late));
            assertTrue(waited.reason().contains("has not had its turn"), waited.reason());
            AuthenticationAttempt gone = begin("203.0.113.11", PATIENCE);
            gone.cancel();
            assertEquals(new Unavailable("cancelled"), outcome(gone));
            go.countDown();
            assertInstanceOf(Declined.class, outcome(other));
            for (AuthenticationAttempt attempt : attempts) {
                assertInstanceOf(Declined.class, outcome(attempt));
            }
            assertTrue(asked.subList(0, 3).contains("203.0.113.9"), asked + " " + helper);
            assertEquals(11, asked.size(), "who left or was late was not asked about");
        }
    }

    @Test
    void whoFindsNoRoomToWaitIsToldToTryAgain() throws Exception {
        client.allow(new CheckBounds(1, 2));
        try (FakeHelper helper = FakeHelper.answering(path, FakeHelper.Connection::awaitEnd)) {
            client.use(path);
            AuthenticationAttempt running = begin(PATIENCE);
            AuthenticationAttempt waiting = begin(PATIENCE);
            Unavailable full = assertInstanceOf(Unavailable.class, ask());
            assertTrue(full.reason().contains("too many password checks"), full + " " + helper);
            waiting.cancel();
            running.cancel();
            assertEquals(new Unavailable("cancelled"), outcome(running));
            helper.awaitEnd();
        }
    }

    @Test
    void closingAnswersAllThatWait() throws Exception {
        try (FakeHelper helper = FakeHelper.answering(path, FakeHelper.Connection::awaitEnd)) {
            client.use(path);
            List<AuthenticationAttempt> attempts = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                attempts.add(begin(PATIENCE));
            }
            client.close();
            attempts.add(begin(PATIENCE));
            for (AuthenticationAttempt attempt : attempts) {
                Unavailable outcome = assertInstanceOf(Unavailable.class, outcome(attempt));
                assertTrue(outcome.reason().contains("stopped"), outcome.reason());
            }
            helper.awaitEnd();
        }
    }

    @Test
    void aRestartGoesUnnoticed() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (FakeHelper helper = FakeHelper.answering(path, c -> c.send("login-declined"))) {
                if (i == 0) {
                    client.use(path);
                }
                assertInstanceOf(Declined.class, ask(), "" + helper);
                assertTrue(client.status().reachable());
            }
            assertInstanceOf(Unavailable.class, ask());
        }
    }

    @Test
    void aFullBacklogIsWaitedFor() throws Exception {
        try (MessageServer slow = MessageServer.listen(path, 1)) {
            List<MessageSocket> waiting = new ArrayList<>();
            assertThrows(
                    PosixException.class,
                    () -> {
                        while (true) {
                            waiting.add(posix.connect(path));
                        }
                    });
            client.use(path);
            AuthenticationAttempt attempt = begin(PATIENCE);
            assertFalse(attempt.outcome().toCompletableFuture().isDone());
            for (MessageSocket socket : waiting) {
                socket.close();
                slow.accept().close();
            }
            // The client's two questions come in some order.
            for (int i = 0; i < 2; i++) {
                MessageServer.Peer peer = slow.accept();
                byte[] request = peer.receive().orElseThrow();
                boolean login = FakeHelper.type(request) == FakeHelper.LOGIN;
                peer.send(Golden.octets(login ? "login-declined" : "status-reply"));
            }
            assertInstanceOf(Declined.class, outcome(attempt));
        }
    }

    @Test
    void whatIsTooLongIsNeverSent() throws Exception {
        client.use(path);
        AuthenticationAttempt attempt =
                client.authenticate(HelperMethod.PAM, "pam", request(new byte[1025], PATIENCE));
        assertInstanceOf(Declined.class, outcome(attempt));
        try (FakeHelper helper = FakeHelper.answering(path, c -> c.send("login-declined"))) {
            AuthenticationAttempt longest =
                    client.authenticate(HelperMethod.PAM, "pam", request(new byte[1024], PATIENCE));
            assertInstanceOf(Declined.class, outcome(longest), "" + helper);
        }
    }

    @Test
    void saysWhatHelperConfDoesNotAllow() throws Exception {
        try (FakeHelper helper = FakeHelper.answering(path, c -> c.send("login-unavailable"))) {
            client.use(path);
            Waiting.until(() -> client.status().reachable(), "reachable");
            assertEquals(
                    "postern-helper at "
                            + path
                            + " allows shadow, vhome; helper.conf does not allow pam",
                    client.status().detail());
            assertEquals(
                    Set.of(HelperMethod.SHADOW, HelperMethod.VHOME), client.status().methods());
            Unavailable pam =
                    assertInstanceOf(
                            Unavailable.class,
                            outcome(
                                    client.authenticate(
                                            HelperMethod.PAM,
                                            "pam",
                                            request(new byte[1], PATIENCE))));
            assertTrue(pam.reason().startsWith("helper.conf does not allow pam"), pam.reason());
            Unavailable shadow = assertInstanceOf(Unavailable.class, ask());
            assertTrue(shadow.reason().contains("see its log"), shadow.reason());
            assertTrue(client.status().reachable(), "" + helper);
        }
    }

    @Test
    void statusIsAskedForWhenItIsOld() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch second = new CountDownLatch(2);
        try (FakeHelper helper =
                FakeHelper.start(
                        path,
                        connection -> {
                            connection.receive();
                            asked.incrementAndGet();
                            connection.send("status-reply");
                            second.countDown();
                        })) {
            client.use(path);
            Waiting.until(() -> client.status().reachable(), "reachable");
            for (int i = 0; i < 100; i++) {
                assertTrue(client.status().reachable());
            }
            assertEquals(1, asked.get(), "" + helper);
            clock.addAndGet(Duration.ofSeconds(3).toNanos());
            assertTrue(client.status().reachable(), "what was known last");
            assertTrue(second.await(20, TimeUnit.SECONDS));
        }
        Waiting.until(
                () -> {
                    clock.addAndGet(Duration.ofSeconds(3).toNanos());
                    return !client.status().reachable();
                },
                "gone");
        assertTrue(client.status().detail().contains("no socket"), client.status().detail());
    }

    @Test
    void manyLoginsWaitOnNoThread() throws Exception {
        int logins = 50;
        long before = threads();
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch there = new CountDownLatch(logins);
        try (FakeHelper helper =
                FakeHelper.answering(
                        path,
                        connection -> {
                            there.countDown();
                            awaitQuietly(answer);
                            connection.send("login-accepted");
                            connection.awaitEnd();
                        })) {
            client.use(path);
            List<AuthenticationAttempt> attempts = new ArrayList<>();
            for (int i = 0; i < logins; i++) {
                attempts.add(begin(PATIENCE));
            }
            assertTrue(there.await(20, TimeUnit.SECONDS));
            // One more at most: the timer's.
            long more = threads() - before;
            assertTrue(more <= 1, more + " more threads");
            answer.countDown();
            for (AuthenticationAttempt attempt : attempts) {
                assertInstanceOf(Accepted.class, outcome(attempt)).mail().close();
            }
            for (int i = 0; i < logins; i++) {
                helper.awaitEnd();
            }
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().startsWith("fake-"))
                .count();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private List<ListeningSocket> listen(FakeHelper.Script script) throws Exception {
        try (FakeHelper helper =
                FakeHelper.start(
                        path,
                        connection -> {
                            byte[] request = connection.receive().orElseThrow(IOException::new);
                            if (FakeHelper.type(request) == FakeHelper.STATUS) {
                                connection.send("status-reply");
                            } else {
                                script.serve(connection);
                            }
                        })) {
            client.use(path);
            assertTrue(Files.exists(path), "" + helper);
            return client.listeningSockets();
        }
    }

    @Test
    void listeningSocketsAreHandedOver() throws Exception {
        try (MessageServer tool = MessageServer.listen(temporary.resolve("tool"), 1)) {
            int one = tool.openSocket();
            int two = tool.openSocket();
            int file = tool.open(Files.createFile(temporary.resolve("file")), false);
            long before = openDescriptors();
            List<ListeningSocket> sockets = listen(c -> c.send("listen-reply", one, two));
            assertEquals(
                    List.of(
                            new InetSocketAddress("0.0.0.0", 110),
                            new InetSocketAddress("2001:db8::110", 995)),
                    sockets.stream().map(ListeningSocket::address).toList());
            int taken = sockets.get(0).takeDescriptor();
            assertThrows(IllegalStateException.class, sockets.get(0)::takeDescriptor);
            sockets.forEach(ListeningSocket::close);
            assertThrows(IllegalStateException.class, sockets.get(1)::takeDescriptor);
            assertTrue(Files.exists(Path.of("/proc/self/fd/" + taken)));
            tool.close(taken);
            assertEquals(List.of(), listen(c -> c.send("listen-reply-none")));
            for (int[] wrong : new int[][] {{one}, {one, two, one}, {one, file}, {}}) {
                HelperException failed =
                        assertThrows(
                                HelperException.class,
                                () -> listen(c -> c.send("listen-reply", wrong)));
                assertTrue(failed.getMessage().contains("no reply"), failed.getMessage());
            }
            Waiting.until(() -> descriptorsAre(before), "descriptors are closed");
            tool.close(one, two, file);
        }
    }

    @Test
    void anAgentThatFallsSilentIsLeft() throws Exception {
        try (FakeHelper helper = FakeHelper.start(path, FakeHelper.Connection::awaitEnd)) {
            AgentConnection agent =
                    new AgentConnection(
                            posix.connect(path),
                            new BufferPool(ReplyReader.LONGEST, 1),
                            new ProblemLog(NOPLogger.NOP_LOGGER, clock::get),
                            Duration.ofMillis(50));
            try (AgentMailStorage storage =
                    new AgentMailStorage(agent, "mbox", self, UserName.of("anna"))) {
                StorageException late = assertThrows(StorageException.class, storage::openMailbox);
                assertEquals(StorageException.Kind.UNAVAILABLE, late.kind());
                helper.awaitEnd();
                assertThrows(StorageException.class, storage::createMailbox);
            }
        }
    }
}

package org.postern.auth.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.posix.Posix;
import org.postern.posix.NativePosix;
import org.postern.testkit.auth.AuthenticatorContract;

class VirtualAuthenticatorTest implements AuthenticatorContract {
    private static final String SHA512 = "$6$saltstring";

    @TempDir static Path directory;
    private static Posix posix;

    @BeforeAll
    static void openPosix() throws IOException {
        posix = NativePosix.open(directory.resolve("native"));
    }

    @Override
    public VirtualFixture fixture() throws IOException {
        byte[] hash =
                posix.crypt(
                                StandardCharsets.US_ASCII.encode(VirtualFixture.PASSWORD),
                                SHA512.getBytes(StandardCharsets.US_ASCII))
                        .orElseThrow();
        return new VirtualFixture(
                posix, directory, "{SHA512-CRYPT}" + new String(hash, StandardCharsets.US_ASCII));
    }

    @Test
    void aLockedAccountLooksLikeAnUnknownOne() throws IOException {
        try (VirtualFixture backend = fixture()) {
            for (String locked : new String[] {"", "*", "!" + SHA512, "{CRYPT}*", "{PLAIN}"}) {
                backend.write("anna:" + locked + "::::/m/anna::userdb_mail=mbox:~/inbox\n");
                backend.pass(Duration.ofSeconds(2));
                assertFalse(detail(backend).contains("refused"), locked);
                CompletableFuture<AuthenticationOutcome> answer = begin(backend, "anna", "");
                backend.pass(Duration.ofMillis(999));
                assertFalse(answer.isDone());
                backend.pass(Duration.ofMillis(1));
                assertInstanceOf(Declined.class, answer.join());
            }
        }
    }

    @Test
    void stoppingAnswersEverybody() throws IOException {
        try (VirtualFixture backend = fixture()) {
            CompletableFuture<AuthenticationOutcome> failing = begin(backend, "anna", "wrong");
            backend.pass(Duration.ofMillis(1));
            CompletableFuture<AuthenticationOutcome> queued =
                    begin(backend, "anna", VirtualFixture.PASSWORD);
            backend.stop();
            assertInstanceOf(Unavailable.class, failing.join());
            assertInstanceOf(Unavailable.class, queued.join());
            assertInstanceOf(
                    Unavailable.class, begin(backend, "anna", VirtualFixture.PASSWORD).join());
        }
    }

    @Test
    void aChangedFileTakesEffect() throws IOException {
        try (VirtualFixture backend = fixture()) {
            backend.write("ben:{PLAIN}other::::/m/ben::userdb_mail=maildir:~/Maildir\n");
            CompletableFuture<AuthenticationOutcome> answer = begin(backend, "ben", "other");
            backend.pass(Duration.ZERO);
            assertInstanceOf(Accepted.class, answer.join());
        }
    }

    @Test
    void aBadFileIsNamedWithItsLineAndTheLastGoodOneStays() throws IOException {
        try (VirtualFixture backend = fixture()) {
            backend.write("# users\nanna:{PLAIN}x\n");
            backend.pass(Duration.ofSeconds(2));
            assertTrue(
                    backend.authenticator()
                            .status()
                            .detail()
                            .contains(backend.file() + ":2: wants name:password"),
                    backend.authenticator().status().detail());
            assertTrue(backend.authenticator().status().usable());
            acceptsAnna(backend);
        }
    }

    @Test
    void aFileThatOthersCanReadIsRefusedWithTheRemedy() throws IOException {
        for (String mode : new String[] {"rw-r--r--", "rw-rw----", "rw-----w-", "rw------x"}) {
            try (VirtualFixture backend = fixture()) {
                Files.setPosixFilePermissions(
                        backend.file(), PosixFilePermissions.fromString(mode));
                backend.pass(Duration.ofSeconds(2));
                assertTrue(
                        detail(backend).contains("chmod 600 " + backend.file()),
                        mode + detail(backend));
                acceptsAnna(backend);
                Files.setPosixFilePermissions(
                        backend.file(), PosixFilePermissions.fromString("rw-r-----"));
                backend.pass(Duration.ofSeconds(2));
                assertFalse(detail(backend).contains("refused"), mode + detail(backend));
            }
        }
    }

    @Test
    void whatIsNoFileIsRefused() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("x"));
        for (Path path : new Path[] {directory, link, directory.resolve("missing")}) {
            VirtualAuthenticator backend =
                    new VirtualAuthenticator(posix, Map.of("users", path.toString()));
            backend.bindStorage(location -> null);
            assertFalse(backend.status().usable(), path.toString());
            assertTrue(
                    backend.status().detail().startsWith(path + ": "), backend.status().detail());
            backend.deactivate();
        }
    }

    @Test
    void aBadPathIsAConfigurationProblem() {
        for (String path : new String[] {"", "relative/users", "/"}) {
            VirtualAuthenticator backend = new VirtualAuthenticator(posix, Map.of("users", path));
            assertEquals("users", backend.problems().get(0).key());
            assertFalse(backend.status().usable());
            backend.deactivate();
        }
    }

    @Test
    void sourcesTakeTurnsAtTheChecks() throws IOException {
        try (VirtualFixture backend = fixture()) {
            backend.configure("1", "100");
            List<String> answered = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                var unused = begin(backend, "198.51.100.7", "flood " + i, answered);
            }
            var unused = begin(backend, "203.0.113.9", "another", answered);
            backend.pass(Duration.ZERO);
            // The first ran before the other came.
            assertEquals(
                    List.of("flood 0", "flood 1", "another", "flood 2"), answered.subList(0, 4));
            assertEquals(21, answered.size());
        }
    }

    @Test
    void beyondWhatMayWaitTheSourceWithMostIsToldToTryAgain() throws IOException {
        try (VirtualFixture backend = fixture()) {
            backend.configure("1", "4");
            List<CompletableFuture<AuthenticationOutcome>> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                answers.add(begin(backend, "anna", VirtualFixture.PASSWORD));
            }
            assertFalse(answers.get(2).isDone(), "one runs and two wait");
            Unavailable full = assertInstanceOf(Unavailable.class, answers.get(3).join());
            assertTrue(full.reason().contains("too many password checks"), full.reason());
            CompletableFuture<AuthenticationOutcome> other =
                    begin(backend, "203.0.113.9", "another", new ArrayList<>());
            backend.pass(Duration.ZERO);
            assertInstanceOf(Accepted.class, other.join());
            assertInstanceOf(Accepted.class, answers.get(2).join());
        }
    }

    @Test
    void whoWaitsForHisTurnIsAnsweredByTheDeadlineAndTakesNone() throws IOException {
        try (VirtualFixture backend = fixture()) {
            backend.configure("1", "100");
            CompletableFuture<AuthenticationOutcome> running = begin(backend, "anna", "wrong");
            AuthenticationAttempt leaving =
                    backend.authenticator()
                            .authenticate(
                                    backend.request(
                                            backend.name(),
                                            new Secret(backend.password()),
                                            Duration.ofSeconds(30)));
            leaving.cancel();
            assertInstanceOf(Unavailable.class, leaving.outcome().toCompletableFuture().join());
            CompletableFuture<AuthenticationOutcome> next =
                    begin(backend, "anna", VirtualFixture.PASSWORD);
            backend.pass(Duration.ofSeconds(1));
            assertInstanceOf(Declined.class, running.join());
            assertInstanceOf(Accepted.class, next.join());
        }
    }

    @Test
    void theFileSaysTheDefaults() throws IOException {
        List<String> lines =
                Files.readAllLines(Path.of("..", "..", "etc", VirtualAuthenticator.PID + ".cfg"));
        VirtualAuthenticator.Config defaults =
                (VirtualAuthenticator.Config)
                        Proxy.newProxyInstance(
                                VirtualAuthenticator.Config.class.getClassLoader(),
                                new Class<?>[] {VirtualAuthenticator.Config.class},
                                (proxy, method, arguments) -> method.getDefaultValue());
        for (String line :
                List.of(
                        "failureDelay = " + defaults.failureDelay(),
                        "checks = " + defaults.checks(),
                        "checksWaiting = " + defaults.checksWaiting())) {
            assertTrue(lines.contains(line), line);
        }
    }

    @Test
    void numbersOutOfBoundsAreRefused() {
        for (String[] bad :
                new String[][] {
                    {"checks", "0"},
                    {"checks", "65"},
                    {"checksWaiting", "1"},
                    {"checksWaiting", "100001"}
                }) {
            VirtualAuthenticator backend =
                    new VirtualAuthenticator(posix, Map.of("users", "/missing", bad[0], bad[1]));
            assertEquals(bad[0], backend.problems().get(0).key());
            backend.deactivate();
        }
        for (String[] good :
                new String[][] {
                    {"checks", "1"},
                    {"checks", "64"},
                    {"checksWaiting", "2"},
                    {"checksWaiting", "100000"}
                }) {
            VirtualAuthenticator backend =
                    new VirtualAuthenticator(posix, Map.of("users", "/missing", good[0], good[1]));
            assertEquals(List.of(), backend.problems());
            backend.deactivate();
        }
    }

    private static CompletableFuture<AuthenticationOutcome> begin(
            VirtualFixture backend, String source, String label, List<String> answered) {
        AuthenticationRequest request =
                backend.request(
                        backend.name(), new Secret(backend.password()), Duration.ofSeconds(30));
        AuthenticationRequest elsewhere =
                new AuthenticationRequest(
                        request.mechanism(),
                        request.name(),
                        request.authorization(),
                        request.secret(),
                        new InetSocketAddress(source, 40_000),
                        request.local(),
                        request.tls(),
                        request.deadline());
        CompletableFuture<AuthenticationOutcome> answer =
                backend.authenticator().authenticate(elsewhere).outcome().toCompletableFuture();
        var unused = answer.thenRun(() -> answered.add(label));
        return answer;
    }

    private static String detail(VirtualFixture backend) {
        return backend.authenticator().status().detail();
    }

    private static void acceptsAnna(VirtualFixture backend) {
        CompletableFuture<AuthenticationOutcome> answer =
                begin(backend, "anna", VirtualFixture.PASSWORD);
        backend.pass(Duration.ZERO);
        assertInstanceOf(Accepted.class, answer.join());
    }

    private static CompletableFuture<AuthenticationOutcome> begin(
            VirtualFixture backend, String name, String password) {
        return backend.authenticator()
                .authenticate(
                        backend.request(
                                UserName.of(name),
                                new Secret(password.getBytes(StandardCharsets.US_ASCII)),
                                Duration.ofSeconds(30)))
                .outcome()
                .toCompletableFuture();
    }
}

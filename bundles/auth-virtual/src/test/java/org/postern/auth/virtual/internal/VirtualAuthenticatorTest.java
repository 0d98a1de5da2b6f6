package org.postern.auth.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
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

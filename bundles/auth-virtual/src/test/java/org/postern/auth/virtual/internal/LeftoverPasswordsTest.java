package org.postern.auth.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.posix.Posix;
import org.postern.posix.NativePosix;
import org.postern.testkit.auth.HiddenPassword;
import org.postern.testkit.auth.ProcessMemory;

/** After a thousand logins none of their passwords is left in the process. */
class LeftoverPasswordsTest {
    private static final int LOGINS = 1_000;
    private static final int CROWDS = 20;
    private static final byte[] SETTING =
            "$6$rounds=1000$saltstring".getBytes(StandardCharsets.US_ASCII);

    @TempDir Path directory;

    private final HiddenPassword password = new HiddenPassword();
    private final ByteBuffer typed = ByteBuffer.allocateDirect(HiddenPassword.LENGTH);

    @Test
    void noPasswordIsLeftInMemory() throws Exception {
        Posix posix = NativePosix.open(directory.resolve("native"));
        password.putInto(typed);
        byte[] hash = posix.crypt(typed.flip(), SETTING).orElseThrow();
        HiddenPassword.wipe(typed);
        String field = "{SHA512-CRYPT}" + new String(hash, StandardCharsets.US_ASCII);
        try (VirtualFixture backend = new VirtualFixture(posix, directory, field)) {
            for (int i = 0; i < LOGINS; i++) {
                login(backend, i);
            }
            backend.configure("1", "2");
            for (int i = 0; i < CROWDS; i++) {
                crowd(backend);
            }
            assertEquals(List.of(), ProcessMemory.ofThis().find(password));
        }
    }

    // One is checked, one gives up waiting, and one finds no room to wait.
    private void crowd(VirtualFixture backend) {
        List<AuthenticationAttempt> attempts = new ArrayList<>();
        List<Secret> secrets = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            password.putInto(typed);
            Secret secret = new Secret(typed.flip());
            HiddenPassword.wipe(typed);
            secrets.add(secret);
            attempts.add(
                    backend.authenticator()
                            .authenticate(
                                    backend.request(
                                            UserName.of("anna"), secret, Duration.ofSeconds(30))));
        }
        attempts.get(1).cancel();
        backend.pass(Duration.ofSeconds(1));
        List<AuthenticationOutcome> outcomes =
                attempts.stream()
                        .map(attempt -> attempt.outcome().toCompletableFuture().join())
                        .toList();
        assertInstanceOf(Accepted.class, outcomes.get(0)).mail().close();
        assertInstanceOf(Unavailable.class, outcomes.get(1));
        assertInstanceOf(Unavailable.class, outcomes.get(2));
        secrets.forEach(Secret::close);
    }

    private void login(VirtualFixture backend, int number) {
        boolean right = number % 2 == 0;
        password.putInto(typed);
        typed.flip().limit(typed.limit() - (right ? 0 : 1));
        Secret secret = new Secret(typed);
        HiddenPassword.wipe(typed);
        CompletableFuture<AuthenticationOutcome> outcome =
                backend.authenticator()
                        .authenticate(
                                backend.request(
                                        UserName.of(number % 4 == 1 ? "nobody" : "anna"),
                                        secret,
                                        Duration.ofSeconds(30)))
                        .outcome()
                        .toCompletableFuture();
        if (number % 50 == 0 || number == LOGINS - 1) {
            // What the collector moves now it leaves a copy of.
            System.gc();
        }
        backend.pass(Duration.ofSeconds(1));
        if (right) {
            assertInstanceOf(Accepted.class, outcome.join()).mail().close();
        } else {
            assertInstanceOf(Declined.class, outcome.join());
        }
        secret.close();
    }
}

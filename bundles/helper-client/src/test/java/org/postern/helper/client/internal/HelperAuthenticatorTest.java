package org.postern.helper.client.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.auth.Account;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Authenticator;
import org.postern.api.auth.AuthenticatorStatus;
import org.postern.api.auth.UserName;
import org.postern.api.helper.HelperMethod;
import org.postern.api.posix.Posix;
import org.postern.posix.NativePosix;
import org.postern.testkit.auth.AuthenticatorContract;
import org.postern.testkit.auth.AuthenticatorFixture;
import org.postern.testkit.auth.ManualTime;

/** A backend that does nothing but ask the helper keeps every backend's promises. */
final class HelperAuthenticatorTest implements AuthenticatorContract {
    private static final Duration FAILURE_DELAY = Duration.ofSeconds(1);
    private static final int NAME = 2;
    private static final int SECRET = 3;

    @TempDir Path temporary;
    private final AtomicInteger sockets = new AtomicInteger();

    @Override
    public AuthenticatorFixture fixture() throws IOException {
        return new Fixture(temporary.resolve("socket" + sockets.incrementAndGet()));
    }

    private static final class Fixture implements AuthenticatorFixture {
        private final ManualTime time = new ManualTime();
        private final AtomicInteger unanswered = new AtomicInteger();
        private final SocketHelper client;
        private final FakeHelper helper;

        Fixture(Path socket) throws IOException {
            Posix posix = NativePosix.open(Path.of("target", "posix"));
            client =
                    new SocketHelper(
                            posix,
                            posix.privileges().effectiveUser(),
                            ReplyPoller.start(posix),
                            time,
                            time::nanos);
            helper = FakeHelper.start(socket, this::serve);
            client.use(socket);
            Waiting.until(() -> client.status().reachable(), "the helper is found");
        }

        private void serve(FakeHelper.Connection connection) throws IOException {
            byte[] request = connection.receive().orElseThrow(IOException::new);
            if (FakeHelper.type(request) == FakeHelper.STATUS) {
                connection.send("status-reply");
                return;
            }
            Map<Integer, byte[]> items = FakeHelper.items(request);
            boolean right =
                    Arrays.equals(items.get(NAME), name().octets())
                            && Arrays.equals(items.get(SECRET), password());
            AtomicBoolean answered = new AtomicBoolean();
            var unused =
                    time.schedule(
                            () -> answer(connection, right, answered),
                            right ? 0 : FAILURE_DELAY.toNanos(),
                            TimeUnit.NANOSECONDS);
            // Only now: time passes as soon as it is counted.
            unanswered.incrementAndGet();
            connection.awaitEnd();
            if (answered.compareAndSet(false, true)) {
                unanswered.decrementAndGet();
            }
        }

        private void answer(
                FakeHelper.Connection connection, boolean right, AtomicBoolean answered) {
            if (!answered.compareAndSet(false, true)) {
                return;
            }
            unanswered.decrementAndGet();
            try {
                connection.send(right ? "login-accepted" : "login-declined");
            } catch (IOException gone) {
                // Then it wants no answer.
            }
        }

        @Override
        public Authenticator authenticator() {
            return new Authenticator() {
                @Override
                public AuthenticationAttempt authenticate(AuthenticationRequest request) {
                    return client.authenticate(HelperMethod.SHADOW, "shadow", request);
                }

                @Override
                public AuthenticatorStatus status() {
                    var status = client.status();
                    return new AuthenticatorStatus(
                            status.methods().contains(HelperMethod.SHADOW), status.detail());
                }
            };
        }

        @Override
        public UserName name() {
            return UserName.of("alice");
        }

        @Override
        public byte[] password() {
            return "s3cret".getBytes(US_ASCII);
        }

        @Override
        public Account account() {
            return new Account(name(), "shadow");
        }

        @Override
        public void pass(Duration duration) {
            settle();
            time.advance(duration);
            settle();
        }

        // What has been asked has arrived, and what has been answered has been understood.
        private void settle() {
            Waiting.until(() -> client.underWay() == unanswered.get(), "it settles");
        }

        @Override
        public void breakDown() {
            helper.close();
        }

        @Override
        public void close() {
            client.close();
            helper.close();
        }
    }
}

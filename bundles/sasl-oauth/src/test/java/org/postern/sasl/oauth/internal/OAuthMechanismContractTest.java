package org.postern.sasl.oauth.internal;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Nested;
import org.postern.api.auth.UserName;
import org.postern.api.sasl.SaslMechanism;
import org.postern.api.sasl.SaslPeer;
import org.postern.testkit.auth.ManualTime;
import org.postern.testkit.sasl.KnownAccount;
import org.postern.testkit.sasl.SaslClient;
import org.postern.testkit.sasl.SaslMechanismContract;
import org.postern.testkit.sasl.SaslMechanismFixture;

class OAuthMechanismContractTest {

    @Nested
    class OAuthBearer implements SaslMechanismContract {
        @Override
        public SaslMechanismFixture fixture() {
            return new Fixture(
                    ResponseForm.OAUTHBEARER,
                    "n,a=anna,\u0001host=mail.example\u0001port=110\u0001auth=Bearer %s\u0001\u0001",
                    "\u0001");
        }
    }

    @Nested
    class XOAuth2 implements SaslMechanismContract {
        @Override
        public SaslMechanismFixture fixture() {
            return new Fixture(
                    ResponseForm.XOAUTH2, "user=anna\u0001auth=Bearer %s\u0001\u0001", "");
        }
    }

    /** A server that knows two tokens: Anna's, and Eve's, who claims to be Anna. */
    private static final class TwoTokens implements TokenCheck {
        @Override
        public boolean usable() {
            return true;
        }

        @Override
        public CompletableFuture<TokenVerdict> check(ByteBuffer token, InetAddress source) {
            String text = StandardCharsets.US_ASCII.decode(token.duplicate()).toString();
            return CompletableFuture.completedFuture(
                    switch (text) {
                        case "annas" -> new TokenVerdict.Valid(UserName.of("anna"));
                        case "eves" -> new TokenVerdict.Valid(UserName.of("eve"));
                        default -> new TokenVerdict.Invalid();
                    });
        }

        @Override
        public void close() {}
    }

    private record Fixture(ResponseForm form, String response, String afterRefusal, ManualTime time)
            implements SaslMechanismFixture {

        Fixture(ResponseForm form, String response, String afterRefusal) {
            this(form, response, afterRefusal, new ManualTime());
        }

        @Override
        public SaslMechanism mechanism() {
            Verification verification =
                    new Verification(new TwoTokens(), Duration.ofSeconds(1), List.of("mail"), "");
            return new OAuthMechanism(
                    form,
                    () -> Optional.of(verification),
                    time,
                    time::nanos,
                    ConcurrentHashMap.newKeySet());
        }

        @Override
        public SaslPeer peer() {
            return new FakeContext().peer();
        }

        @Override
        public KnownAccount account() {
            return new KnownAccount("anna", "unused", Optional.empty());
        }

        @Override
        public SaslClient client() {
            return client("annas");
        }

        @Override
        public SaslClient impostor() {
            return client("eves");
        }

        private SaslClient client(String token) {
            return new SaslClient() {
                @Override
                public Optional<byte[]> begins() {
                    return Optional.of(
                            response.formatted(token).getBytes(StandardCharsets.US_ASCII));
                }

                @Override
                public byte[] answers(ByteBuffer challenge) {
                    return afterRefusal.getBytes(StandardCharsets.US_ASCII);
                }
            };
        }

        @Override
        public void pass(Duration duration) {
            time.advance(duration);
        }

        @Override
        public void close() {}
    }
}

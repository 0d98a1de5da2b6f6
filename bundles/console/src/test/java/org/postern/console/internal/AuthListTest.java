package org.postern.console.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AccountRequest;
import org.postern.api.auth.Authentication;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Authenticator;
import org.postern.api.auth.AuthenticatorStatus;
import org.postern.api.auth.Mechanism;
import org.postern.api.sasl.SaslContext;
import org.postern.api.sasl.SaslExchange;
import org.postern.api.sasl.SaslMechanism;
import org.postern.api.sasl.SaslPeer;

final class AuthListTest {
    private final FakeConsole console =
            new FakeConsole()
                    .with(
                            Authenticator.class,
                            backend(false, "users.passwd: line 3 has no hash"),
                            Map.of(Authenticator.NAME, "virtual"))
                    .with(
                            Authenticator.class,
                            backend(true, "realm karaf"),
                            Map.of(Authenticator.NAME, "jaas"))
                    .with(
                            Authenticator.class,
                            backend(true, "/etc/shadow"),
                            Map.of(Authenticator.NAME, "shadow"))
                    .with(
                            Authenticator.class,
                            backend(true, "of the same name, ranked lower"),
                            Map.of(Authenticator.NAME, "virtual"))
                    .with(Authenticator.class, backend(true, "without a name"));

    @Test
    void listsTheConfiguredOrderThenTheOthers() {
        console.with(Authentication.class, order("shadow", "pam", "virtual"));
        run(true);
        assertEquals(
                List.of(
                        "1\tshadow\tusable\t/etc/shadow",
                        "2\tpam\tabsent\tno started bundle offers this backend",
                        "3\tvirtual\tunusable\tusers.passwd: line 3 has no hash",
                        "-\tjaas\tunused\trealm karaf"),
                console.lines());
    }

    @Test
    void peopleSeeATable() {
        console.with(Authentication.class, order("shadow"));
        run(false);
        assertEquals(6, console.lines().size(), () -> console.printed());
    }

    @Test
    void peopleSeeTheMechanismsAndWhyOneIsNotOffered() {
        console.with(Authentication.class, order("shadow"))
                .with(
                        SaslMechanism.class,
                        new NoMechanism(),
                        Map.of(SaslMechanism.NAME, "SCRAM-SHA-256"))
                .with(SaslMechanism.class, new NoMechanism(), Map.of(SaslMechanism.NAME, "PLAIN"));
        run(false);
        assertEquals(
                "SASL: LOGIN (not installed), PLAIN, SCRAM-SHA-256 (not served by all backends)",
                console.lines().get(console.lines().size() - 1));
    }

    private static final class NoMechanism implements SaslMechanism {
        @Override
        public boolean usable(SaslPeer peer) {
            throw new AssertionError("a console has no connection");
        }

        @Override
        public SaslExchange begin(SaslContext context) {
            throw new AssertionError("a console logs nobody in");
        }
    }

    private void run(boolean noFormat) {
        AuthList command = new AuthList();
        command.console = console.session();
        command.context = console.context();
        command.noFormat = noFormat;
        command.execute();
    }

    private static Authenticator backend(boolean usable, String detail) {
        return new Authenticator() {
            @Override
            public AuthenticationAttempt authenticate(AuthenticationRequest request) {
                throw new AssertionError("a console asks for no password");
            }

            @Override
            public AuthenticatorStatus status() {
                return new AuthenticatorStatus(usable, detail);
            }
        };
    }

    private static Authentication order(String... backends) {
        return new Authentication() {
            @Override
            public AuthenticationAttempt authenticate(
                    AuthenticationRequest request, List<String> own) {
                throw new AssertionError("a console asks for no password");
            }

            @Override
            public CompletionStage<AccountOutcome> find(AccountRequest request, List<String> own) {
                throw new AssertionError("a console looks nobody up");
            }

            @Override
            public Set<Mechanism> mechanisms(List<String> own) {
                return Mechanism.WITH_PASSWORD;
            }

            @Override
            public List<String> backends() {
                return List.of(backends);
            }
        };
    }
}

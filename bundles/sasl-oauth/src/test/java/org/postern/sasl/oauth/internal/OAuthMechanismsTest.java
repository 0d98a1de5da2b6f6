package org.postern.sasl.oauth.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.Secret;
import org.postern.api.posix.Posix;
import org.postern.api.sasl.SaslExchange;
import org.postern.api.sasl.SaslMechanism;
import org.postern.api.sasl.SaslStep;
import org.postern.api.sasl.SaslStep.Finished;
import org.postern.posix.NativePosix;

class OAuthMechanismsTest {
    @TempDir static Path directory;
    private static Posix posix;

    private final List<SaslMechanism> mechanisms = new ArrayList<>();
    private final List<Object> names = new ArrayList<>();
    private final BundleContext bundle =
            (BundleContext)
                    Proxy.newProxyInstance(
                            getClass().getClassLoader(),
                            new Class<?>[] {BundleContext.class},
                            (proxy, method, arguments) -> {
                                SaslMechanism mechanism = (SaslMechanism) arguments[1];
                                mechanisms.add(mechanism);
                                names.add(
                                        ((Dictionary<?, ?>) arguments[2]).get(SaslMechanism.NAME));
                                return Proxy.newProxyInstance(
                                        getClass().getClassLoader(),
                                        new Class<?>[] {ServiceRegistration.class},
                                        (registration, call, nothing) ->
                                                mechanisms.remove(mechanism));
                            });
    private final FakeContext context = new FakeContext().with("anna");

    @BeforeAll
    static void open() throws Exception {
        posix = NativePosix.open(directory.resolve("native"));
    }

    private static Map<String, Object> asking(FakeAuthorizationServer server) throws Exception {
        return Map.of(
                "introspectionUrl",
                server.url("/"),
                "clientId",
                "postern",
                "clientSecretFile",
                OAuthFixture.file(directory, "secret", "secret").toString(),
                "scopes",
                "mail");
    }

    private boolean usable() {
        return mechanisms.get(0).usable(context.peer());
    }

    private void awaitUsable() throws InterruptedException {
        while (!usable()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static CompletableFuture<SaslStep> say(SaslExchange exchange) {
        Secret response =
                new Secret(
                        "n,,\u0001auth=Bearer t\u0001\u0001".getBytes(StandardCharsets.US_ASCII));
        return exchange.next(Optional.of(response)).toCompletableFuture();
    }

    @Test
    void offUntilConfigured() throws Exception {
        OAuthMechanisms component = new OAuthMechanisms(posix, bundle, Map.of());
        assertEquals(List.of("OAUTHBEARER", "XOAUTH2"), names);
        assertFalse(usable());
        SaslStep step = say(mechanisms.get(0).begin(context)).getNow(null);
        assertInstanceOf(Unavailable.class, ((Finished) step).outcome());
        component.deactivate();
        assertEquals(List.of(), mechanisms);
    }

    @Test
    void aConfigurationIsTakenUpAndAWrongOneNot() throws Exception {
        try (FakeAuthorizationServer server = new FakeAuthorizationServer()) {
            server.answersWith(200, "{\"active\":true,\"username\":\"anna\",\"scope\":\"mail\"}");
            OAuthMechanisms component = new OAuthMechanisms(posix, bundle, Map.of());
            component.configure(asking(server));
            awaitUsable();
            component.configure(Map.of("introspectionUrl", "http://as.example/"));
            assertTrue(usable());
            assertEquals("introspectionUrl", component.problems().get(0).key());
            SaslStep step = say(mechanisms.get(0).begin(context)).get(30, TimeUnit.SECONDS);
            assertInstanceOf(Accepted.class, ((Finished) step).outcome());
            component.configure(Map.of());
            assertFalse(usable());
            assertEquals(List.of(), component.problems());
            component.deactivate();
        }
    }

    @Test
    void whoIsWaitingIsAnsweredWhenItStops() throws Exception {
        try (FakeAuthorizationServer server = new FakeAuthorizationServer()) {
            server.waitsAndAnswersWith("{\"active\":false}");
            OAuthMechanisms component = new OAuthMechanisms(posix, bundle, asking(server));
            awaitUsable();
            SaslExchange late = mechanisms.get(0).begin(context);
            CompletableFuture<SaslStep> step = say(mechanisms.get(0).begin(context));
            server.awaitRequests(1);
            component.deactivate();
            assertEquals(
                    new Finished(new Unavailable("the mechanism is being stopped")),
                    step.getNow(null));
            assertInstanceOf(
                    Unavailable.class, ((Finished) say(late).get(30, TimeUnit.SECONDS)).outcome());
        }
    }

    @Test
    void aNewConfigurationLeavesWhoIsBeingChecked() throws Exception {
        try (FakeAuthorizationServer server = new FakeAuthorizationServer()) {
            server.waitsAndAnswersWith(
                    "{\"active\":true,\"username\":\"anna\",\"scope\":\"mail\"}");
            OAuthMechanisms component = new OAuthMechanisms(posix, bundle, asking(server));
            awaitUsable();
            CompletableFuture<SaslStep> step = say(mechanisms.get(0).begin(context));
            server.awaitRequests(1);
            component.configure(Map.of());
            assertFalse(step.isDone());
            server.release();
            assertInstanceOf(Accepted.class, ((Finished) step.get(30, TimeUnit.SECONDS)).outcome());
            component.deactivate();
        }
    }
}

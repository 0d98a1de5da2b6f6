package org.postern.limits.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.Reader;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.postern.api.limits.LimitsPolicy;
import org.postern.api.limits.PenaltyRecords;
import org.postern.testkit.limits.ClientSessions;

final class LimitsConfigurationTest {
    private final List<LimitsPolicy> registered = new ArrayList<>();
    private final BundleContext bundle = fake(BundleContext.class, this::onBundle);

    @Test
    void withoutAFileTheDefaultsAreInForce() {
        LimitsConfiguration configuration = new LimitsConfiguration(bundle, Map.of());
        assertEquals(List.of(), configuration.problems());
        assertEquals("org.postern.limits", configuration.pid());
        assertEquals(1, registered.size());
        configuration.deactivate();
        assertEquals(List.of(), registered);
    }

    @Test
    void aBadFirstConfigurationOffersNoPolicy() {
        LimitsConfiguration configuration =
                new LimitsConfiguration(bundle, Map.of("maxSessions", "many"));
        assertEquals(List.of(), registered);
        assertEquals(
                "org.postern.limits.cfg: maxSessions = \"many\": wants a whole number from 1 to"
                        + " 100000",
                configuration.problems().get(0).toString());
        configuration.configure(Map.of("maxSessions", "7"));
        assertEquals(1, registered.size());
        assertEquals(List.of(), configuration.problems());
    }

    @Test
    void aBadLaterConfigurationLeavesTheLastGoodOneInForce() {
        LimitsConfiguration configuration =
                new LimitsConfiguration(bundle, Map.of("maxMessages", "7"));
        LimitsPolicy policy = registered.get(0);
        policy.adopt(List.of(), PenaltyRecords.NONE);
        configuration.configure(Map.of("maxMessages", "8", "exempt", "localhost"));
        assertEquals(List.of(policy), registered);
        assertEquals("exempt", configuration.problems().get(0).key());
        assertEquals(7, maxMessages(policy));
        configuration.configure(Map.of("maxMessages", "9"));
        assertEquals(9, maxMessages(policy));
        assertEquals(List.of(policy), registered);
    }

    @Test
    void unknownKeysAreRefused() {
        LimitsConfiguration configuration =
                new LimitsConfiguration(bundle, Map.of("maxSession", "7"));
        assertEquals("maxSession", configuration.problems().get(0).key());
        assertEquals(List.of(), registered);
    }

    @Test
    void theOperatorsFileHasEveryKeyWithItsDefault() throws Exception {
        Properties file = new Properties();
        Path path = Path.of("..", "..", "etc", "org.postern.limits.cfg");
        try (Reader reader = Files.newBufferedReader(path)) {
            file.load(reader);
        }
        Map<String, String> written = new HashMap<>();
        file.forEach((key, value) -> written.put((String) key, (String) value));
        Map<String, String> defaults = new HashMap<>();
        for (Method key : LimitsConfiguration.Config.class.getDeclaredMethods()) {
            defaults.put(key.getName(), String.valueOf(key.getDefaultValue()));
        }
        assertEquals(defaults, written);

        LimitsConfiguration configuration = new LimitsConfiguration(bundle, Map.copyOf(written));
        assertEquals(List.of(), configuration.problems());
        new LimitsConfiguration(bundle, Map.of());
        ClientSessions sessions = new ClientSessions();
        assertEquals(
                registered.get(1).bounds(sessions.from(ClientSessions.ipv4(1))),
                registered.get(0).bounds(sessions.from(ClientSessions.ipv4(1))));
    }

    private static int maxMessages(LimitsPolicy policy) {
        return policy.bounds(new ClientSessions().from(ClientSessions.ipv4(1)))
                .mailbox()
                .maxMessages();
    }

    private Object onBundle(String method, Object[] arguments) {
        assertEquals("registerService", method);
        LimitsPolicy policy = (LimitsPolicy) arguments[1];
        registered.add(policy);
        return fake(
                ServiceRegistration.class,
                (call, none) -> {
                    assertEquals("unregister", call);
                    return registered.remove(policy);
                });
    }

    private interface Calls {
        Object on(String method, Object[] arguments);
    }

    private static <T> T fake(Class<T> type, Calls calls) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            Object result = calls.on(method.getName(), arguments);
                            return method.getReturnType() == void.class ? null : result;
                        }));
    }
}

package org.postern.auth.shadow.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postern.api.helper.HelperMethod;
import org.postern.testkit.auth.AuthenticatorContract;
import org.postern.testkit.auth.AuthenticatorFixture;
import org.postern.testkit.auth.HelperFixture;
import org.postern.testkit.auth.ManualHelper;

class ShadowAuthenticatorTest implements AuthenticatorContract {
    private static HelperFixture fixture(Map<String, Object> properties) {
        ShadowAuthenticator authenticator = new ShadowAuthenticator(properties);
        ManualHelper helper = new ManualHelper(HelperMethod.SHADOW);
        authenticator.bindHelper(helper);
        return new HelperFixture(authenticator, helper, "shadow");
    }

    @Override
    public AuthenticatorFixture fixture() {
        return fixture(Map.of());
    }

    @Test
    void aLoginTakesAsLongAsIsConfigured() {
        try (HelperFixture backend = fixture(Map.of())) {
            assertEquals(Duration.ofSeconds(20), backend.deadlineFor(Duration.ofHours(1)));
            assertEquals(Duration.ofSeconds(3), backend.deadlineFor(Duration.ofSeconds(3)));
        }
        try (HelperFixture backend = fixture(Map.of("timeout", "60"))) {
            assertEquals(Duration.ofSeconds(60), backend.deadlineFor(Duration.ofHours(1)));
        }
    }

    @Test
    void aBadTimeoutIsNamedAndTheLastGoodOneStays() {
        ShadowAuthenticator authenticator = new ShadowAuthenticator(Map.of("timeout", "7"));
        ManualHelper helper = new ManualHelper(HelperMethod.SHADOW);
        authenticator.bindHelper(helper);
        authenticator.modified(Map.of("timeout", "61"));
        assertEquals("org.postern.auth.shadow", authenticator.pid());
        assertEquals("timeout", authenticator.problems().get(0).key());
        try (HelperFixture backend = new HelperFixture(authenticator, helper, "shadow")) {
            assertEquals(Duration.ofSeconds(7), backend.deadlineFor(Duration.ofHours(1)));
        }
    }

    @Test
    void itGoesWithItsHelperClient() {
        ShadowAuthenticator authenticator = new ShadowAuthenticator(Map.of());
        ManualHelper helper = new ManualHelper(HelperMethod.SHADOW);
        authenticator.bindHelper(helper);
        assertEquals(helper.status().detail(), authenticator.status().detail());
        authenticator.unbindHelper(helper);
        assertEquals(
                "no helper client: install postern-helper-client", authenticator.status().detail());
    }
}

package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.postern.api.protocol.Protocol;

/** Protocols that come and go under connections that are being made. */
final class ProtocolsTest {
    private static final class Silent implements Protocol {
        @Override
        public TestSession open(org.postern.api.protocol.Connection connection) {
            return new TestSession(connection);
        }
    }

    @Test
    void theHighestRankingServes() {
        Protocols protocols = new Protocols(Duration.ofSeconds(20));
        Protocol low = new Silent();
        Protocol high = new Silent();
        protocols.add(low, "pop3", 0);
        protocols.add(high, "pop3", 1);
        assertTrue(protocols.lease("imap").isEmpty());
        try (Protocols.Lease lease = protocols.lease("pop3").orElseThrow()) {
            assertSame(high, lease.protocol());
        }
        protocols.remove(high);
        try (Protocols.Lease lease = protocols.lease("pop3").orElseThrow()) {
            assertSame(low, lease.protocol());
        }
        protocols.remove(low);
        assertFalse(protocols.has("pop3"));
    }

    @Test
    void goingWaitsForThoseWhoUseIt() throws Exception {
        Protocols protocols = new Protocols(Duration.ofSeconds(20));
        Protocol protocol = new Silent();
        protocols.add(protocol, "pop3", 0);
        Protocols.Lease first = protocols.lease("pop3").orElseThrow();
        Protocols.Lease second = protocols.lease("pop3").orElseThrow();
        CompletableFuture<Void> gone = CompletableFuture.runAsync(() -> protocols.remove(protocol));
        Bench.await("no more leases", () -> !protocols.has("pop3"));
        first.close();
        first.close();
        assertFalse(gone.isDone(), "one lease closed twice counted for two");
        second.close();
        gone.get(20, TimeUnit.SECONDS);
    }

    @Test
    void goingDoesNotWaitForEver() {
        Protocols protocols = new Protocols(Duration.ofMillis(20));
        Protocol protocol = new Silent();
        protocols.add(protocol, "pop3", 0);
        try (Protocols.Lease lease = protocols.lease("pop3").orElseThrow()) {
            protocols.remove(protocol);
            assertEquals("pop3", lease.name());
        }
    }
}

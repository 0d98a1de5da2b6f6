package org.postern.access.internal.session;

import java.time.Instant;
import org.postern.api.session.Sessions;
import org.postern.testkit.auth.ManualTime;

/** The real sessions, for tests of what stands on them. */
public final class SessionsForTests {
    private SessionsForTests() {}

    public static Sessions create(ManualTime time) {
        return new LiveSessions(1, () -> Instant.EPOCH, time::nanos);
    }
}

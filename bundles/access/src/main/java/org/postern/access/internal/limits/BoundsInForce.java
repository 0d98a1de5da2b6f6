package org.postern.access.internal.limits;

import org.osgi.service.component.annotations.Component;
import org.postern.api.limits.ServerBounds;

/**
 * What the policy last said that all sessions together may use. Apart from {@link SwappableLimits},
 * which needs the sessions, because the sessions' log, which they need, has to know: and it may not
 * ask, as it is told of events under locks that a hand-over of policies waits for.
 */
@Component(service = BoundsInForce.class)
public final class BoundsInForce {
    // Until a policy has said anything.
    private volatile ServerBounds bounds = new ServerBounds(16 << 20, 20);

    /** What was last said. */
    public ServerBounds current() {
        return bounds;
    }

    /** A policy says so. */
    public void change(ServerBounds said) {
        bounds = said;
    }
}

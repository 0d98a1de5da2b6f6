package org.postern.api.session;

import org.osgi.annotation.versioning.ConsumerType;

/** Whiteboard service: hears every event. Must return quickly and not block. */
@ConsumerType
public interface SessionListener {
    /** One thing has happened. */
    void handle(SessionEvent event);
}

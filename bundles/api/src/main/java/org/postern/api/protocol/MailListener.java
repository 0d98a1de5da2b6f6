package org.postern.api.protocol;

import org.osgi.annotation.versioning.ConsumerType;

/** Whiteboard service: a configured listener, open or not, for the console. */
@ConsumerType
public interface MailListener {
    /** How it stands now. Returns at once. */
    ListenerReport report();
}

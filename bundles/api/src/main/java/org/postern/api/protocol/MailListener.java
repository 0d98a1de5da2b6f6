package org.postern.api.protocol;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** Whiteboard service: a configured listener, open or not, for the console. */
@ConsumerType
public interface MailListener {
    /** How it stands now. Returns at once. */
    ListenerReport report();

    /**
     * What it is configured to do; empty while it never had a file that is fit. Returns at once.
     */
    default Optional<ListenerSettings> settings() {
        return Optional.empty();
    }
}

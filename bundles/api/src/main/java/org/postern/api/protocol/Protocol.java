package org.postern.api.protocol;

import org.osgi.annotation.versioning.ConsumerType;

/** A protocol: a service with the property {@value #NAME}. */
@ConsumerType
public interface Protocol {
    /** Service property: the name in a listener's {@code protocol}. */
    String NAME = "postern.protocol";

    /**
     * Begins to speak on a connection; may send its greeting at once. Called on the connection's
     * event loop, after admission and, where it is implicit, after encryption.
     */
    ProtocolSession open(Connection connection);
}

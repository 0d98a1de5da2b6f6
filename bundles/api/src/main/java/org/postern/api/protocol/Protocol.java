package org.postern.api.protocol;

import java.time.Duration;
import java.util.Optional;
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

    /**
     * How long a connection may last without a login, from its admission. The protocol ends those
     * that it has opened ({@link Connection#age}); the listener those that are not opened yet,
     * because their encryption comes first. Empty, as here, for no such bound.
     */
    default Optional<Duration> loginTimeout() {
        return Optional.empty();
    }

    /**
     * What a client reads that is turned away before it has a session, because there are too many:
     * whole lines, at most 200 octets, which no client takes for the answer to a password. The
     * listener may leave it out. Empty, as here, for nothing.
     */
    default byte[] busy() {
        return new byte[0];
    }
}

package org.postern.api.sasl;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A SASL mechanism: a service with the property {@value #NAME}, its registered name. Of those that
 * are offered, those with a higher {@code service.ranking} are announced first.
 */
@ConsumerType
public interface SaslMechanism {
    /** Service property: the mechanism's name, such as {@code PLAIN}. */
    String NAME = "postern.mechanism";

    /**
     * Whether it could work on this connection: what it needs is configured, and the connection has
     * it (a client's certificate, a channel binding). Returns at once.
     */
    boolean usable(SaslPeer peer);

    /** Begins an exchange. Returns at once. */
    SaslExchange begin(SaslContext context);
}

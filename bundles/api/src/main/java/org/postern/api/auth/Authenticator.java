package org.postern.api.auth;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * An authentication backend, which checks passwords: a service with the property {@value #NAME}.
 */
@ConsumerType
public interface Authenticator {
    /** Service property: the backend's name, as in {@code backends} of org.postern.auth. */
    String NAME = "postern.authenticator";

    /**
     * Service property, names: the SASL mechanisms that this backend serves. What it serves beside
     * {@link Mechanism#WITH_PASSWORD} it serves as an {@link AccountLookup}. Without the property:
     * PLAIN and LOGIN.
     */
    String MECHANISMS = "postern.mechanisms";

    /** Begins to check a password. Returns at once and does not block. */
    AuthenticationAttempt authenticate(AuthenticationRequest request);

    /** Whether it could answer now, for the console. Returns at once. */
    AuthenticatorStatus status();
}

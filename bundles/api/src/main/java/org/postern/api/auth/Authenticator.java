package org.postern.api.auth;

import org.osgi.annotation.versioning.ConsumerType;

/** An authentication backend: a service with the property {@value #NAME}. */
@ConsumerType
public interface Authenticator {
    /** Service property: the backend's name, as in {@code backends} of org.postern.auth. */
    String NAME = "postern.authenticator";

    /** Begins to check. Returns at once and does not block. */
    AuthenticationAttempt authenticate(AuthenticationRequest request);

    /** Whether it could answer now, for the console. Returns at once. */
    AuthenticatorStatus status();
}

package org.postern.api.auth;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The chain of backends that protocols ask, in the order of org.postern.auth, changed live.
 *
 * <p>The first acceptance or refusal ends the chain. If nobody accepts and one that might have
 * owned the name was unavailable or absent, the outcome is Unavailable; if all declined, Declined.
 * A backend that is being swapped is waited for, up to 10 s within the request's deadline (I7).
 */
@ProviderType
public interface Authentication {
    /** How long a configured backend that is not there is waited for, in seconds. */
    int SWAP_SECONDS = 10;

    /**
     * @param backends the listener's own order, or empty for the configured one
     */
    AuthenticationAttempt authenticate(AuthenticationRequest request, List<String> backends);

    /** The configured order. */
    List<String> backends();
}

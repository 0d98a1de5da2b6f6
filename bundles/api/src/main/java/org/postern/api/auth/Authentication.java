package org.postern.api.auth;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
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
     * Asks whether a password is right. An acceptance is for the account that the request asks for:
     * one that a backend gives for another than {@code authorization} is closed, and Declined.
     *
     * @param request by one of {@link Mechanism#WITH_PASSWORD}
     * @param backends the listener's own order, or empty for the configured one
     * @throws IllegalArgumentException if the mechanism is another one
     */
    AuthenticationAttempt authenticate(AuthenticationRequest request, List<String> backends);

    /**
     * Looks an account up without a password, in the same order, by those backends that are {@link
     * AccountLookup}s; the others know nobody. The first that finds one ends it. If nobody does and
     * one of them was unavailable or absent, the outcome is Unavailable.
     *
     * @param backends the listener's own order, or empty for the configured one
     * @return completes once, never exceptionally, within the request's deadline and a second; who
     *     asked closes the mail of what is found
     */
    CompletionStage<AccountOutcome> find(AccountRequest request, List<String> backends);

    /**
     * The mechanisms that every one of these backends serves: what may be announced. A backend that
     * is not there counts as it was when it was there last; one that never was serves passwords.
     *
     * @param backends the listener's own order, or empty for the configured one
     */
    Set<Mechanism> mechanisms(List<String> backends);

    /** The configured order. */
    List<String> backends();
}

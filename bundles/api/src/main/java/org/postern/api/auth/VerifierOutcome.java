package org.postern.api.auth;

/** What a verifier look-up finds. */
public sealed interface VerifierOutcome {

    /**
     * Somebody of that name has a verifier. Holding it proves nothing yet; only after the exchange
     * succeeded does the mechanism take the acceptance, and in any case it closes its mail.
     *
     * @param verifier what the proof is checked with
     * @param onSuccess the acceptance that a proof earns
     */
    record Found(ScramVerifier verifier, AuthenticationOutcome.Accepted onSuccess)
            implements VerifierOutcome {}

    /**
     * Nobody, or without a verifier: the mechanism goes on with a made-up one, to look the same.
     */
    record None() implements VerifierOutcome {}

    /** It cannot say now. */
    record Unavailable(String reason) implements VerifierOutcome {}
}

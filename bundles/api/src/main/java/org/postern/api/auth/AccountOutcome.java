package org.postern.api.auth;

import java.util.Optional;

/** What a look-up finds. */
public sealed interface AccountOutcome {

    /**
     * There is such an account, and it is not disabled. Being here proves nothing yet: who asked
     * takes the acceptance only once it has the proof, and closes its mail in any case.
     *
     * @param verifier what SCRAM's proof is checked with, if the account has one
     * @param onProof the acceptance that a proof earns
     */
    record Found(Optional<ScramVerifier> verifier, AuthenticationOutcome.Accepted onProof)
            implements AccountOutcome {}

    /**
     * Nobody of that name that this backend knows, or that may do what is asked. The mechanism goes
     * on, so that this looks like a wrong proof.
     */
    record None() implements AccountOutcome {}

    /**
     * It cannot say now.
     *
     * @param reason for the log and the console: what is wrong and what to do; nothing the client
     *     sent
     */
    record Unavailable(String reason) implements AccountOutcome {}
}

package org.postern.access.internal.auth;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What a chain asks each of its backends, and what their answers mean.
 *
 * @param <S> what the backends are
 * @param <A> their answers
 */
interface ChainQuestion<S, A> {
    /**
     * A backend that thinks.
     *
     * @param answer may complete with anything, or exceptionally: backends are not trusted
     * @param cancel the answer is no longer wanted
     */
    record Asked<A>(CompletionStage<A> answer, Runnable cancel) {}

    /** Asks one backend, which has so much time left. */
    Asked<A> ask(S backend, Duration left);

    /** Whether this answer ends the chain. */
    boolean settles(A answer);

    /** Why a backend cannot tell, if that is what it answered. */
    Optional<String> whyNot(A answer);

    /** The chain's answer if no backend's was one. */
    A nobody();

    /** The chain's answer if the right backend may have been away. */
    A unavailable(String reason);

    /** Gives up what an answer that nobody waits for any more holds. */
    void drop(A answer);
}

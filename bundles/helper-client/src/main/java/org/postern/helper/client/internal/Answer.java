package org.postern.helper.client.internal;

/**
 * What became of a question.
 *
 * @param <R> what the reply says
 */
sealed interface Answer<R> {

    /** The reply. */
    record Given<R>(R reply) implements Answer<R> {}

    /**
     * There is none.
     *
     * @param reason for the log and the console
     * @param broken whether the helper is out of reach or out of order, rather than slow or not
     *     wanted any more
     */
    record Failed<R>(String reason, boolean broken) implements Answer<R> {}
}

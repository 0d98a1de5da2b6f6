package org.postern.api.mailbox;

import java.time.Duration;

/**
 * How far an {@link Operation} has come.
 *
 * @param <T> what it results in
 */
public sealed interface Step<T> {

    /** It is done. */
    record Done<T>(T result) implements Step<T> {}

    /** To be advanced again after this time, by a timer. */
    record Wait<T>(Duration duration) implements Step<T> {}
}

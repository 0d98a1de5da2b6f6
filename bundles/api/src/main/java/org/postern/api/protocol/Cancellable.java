package org.postern.api.protocol;

/** Something scheduled. */
@FunctionalInterface
public interface Cancellable {
    /** It will not run, if it has not begun; more calls do nothing. */
    void cancel();
}

package org.postern.testkit.memory;

/**
 * The process was killed here, see {@link Faults#killAt}. Unchecked, so that no code under test can
 * take it for a failed call that it may react to; only the test catches it.
 */
public final class KilledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KilledException() {
        super("killed by the test");
    }
}

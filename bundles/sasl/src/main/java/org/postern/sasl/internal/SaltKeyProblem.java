package org.postern.sasl.internal;

/** Why there is no key for decoys. */
final class SaltKeyProblem extends Exception {
    private static final long serialVersionUID = 1L;

    SaltKeyProblem(String reason, Throwable cause) {
        super(reason, cause);
    }
}

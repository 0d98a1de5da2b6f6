package org.postern.helper.client.internal;

/**
 * What the helper said is no reply, or a refusal. The message says what is wrong and what to do.
 */
final class ReplyException extends Exception {
    private static final long serialVersionUID = 1L;

    ReplyException(String reason) {
        super(reason);
    }

    static ReplyException malformed(String what) {
        return new ReplyException(
                "the helper sent what is no reply ("
                        + what
                        + "): install it and this bundle from one release");
    }
}

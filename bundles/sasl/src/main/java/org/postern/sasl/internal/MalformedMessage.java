package org.postern.sasl.internal;

/** What a client said is not of the mechanism's form. */
final class MalformedMessage extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param reason for the log; nothing the client sent
     */
    MalformedMessage(String reason) {
        super(reason);
    }
}

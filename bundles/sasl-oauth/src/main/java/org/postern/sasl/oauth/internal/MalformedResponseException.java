package org.postern.sasl.oauth.internal;

/** What a client said is not of the mechanism's form; says why, and nothing the client sent. */
final class MalformedResponseException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedResponseException(String reason) {
        super(reason, null, false, false);
    }
}
